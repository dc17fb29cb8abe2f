"""The message of a delivery, from what is stored."""

from scraper.alerts.message import AlertMessage, DigestMessage, Message, NoticeMessage
from scraper.alerts.store import Unit
from storage.records import Delivery


def written(unit: Unit, delivery: Delivery) -> Message | None:
    """What the delivery carries, as it is stored now; None when that is stored no more."""
    if delivery.alert_id is not None:
        alert = unit.outbox.alert(delivery.alert_id)
        return None if alert is None else AlertMessage.of(alert, delivery)
    if delivery.notice_id is not None:
        notice = unit.notices.get(delivery.notice_id)
        return None if notice is None else NoticeMessage.of(notice, delivery)
    alerts = unit.outbox.digest(delivery.id)
    return DigestMessage.of(alerts, delivery) if alerts else None

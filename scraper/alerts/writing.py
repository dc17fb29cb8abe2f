"""The messages of deliveries, from what is stored."""

from collections.abc import Mapping, Sequence

from scraper.alerts.message import AlertMessage, DigestMessage, Message, NoticeMessage
from scraper.alerts.store import Unit
from storage.records import Alert, Delivery


def written(unit: Unit, deliveries: Sequence[Delivery]) -> Mapping[str, Message | None]:
    """What each delivery carries, as it is stored now; None when that is stored no more."""
    ids = {delivery.alert_id for delivery in deliveries if delivery.alert_id is not None}
    alerts = {alert.id: alert for alert in unit.outbox.alerts_of(ids)} if ids else {}
    return {delivery.id: _message(unit, delivery, alerts) for delivery in deliveries}


def _message(unit: Unit, delivery: Delivery, alerts: Mapping[str, Alert]) -> Message | None:
    if delivery.alert_id is not None:
        alert = alerts.get(delivery.alert_id)
        return None if alert is None else AlertMessage.of(alert, delivery)
    if delivery.notice_id is not None:
        notice = unit.notices.get(delivery.notice_id)
        return None if notice is None else NoticeMessage.of(notice, delivery)
    together = unit.outbox.digest(delivery.id)
    return DigestMessage.of(together, delivery) if together else None

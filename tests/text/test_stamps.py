"""Lines that say when, or how often."""

import pytest

from scraper.text.stamps import LONGEST, is_stamp

STAMPS = [
    ("Updated 5 minutes ago", "en"),
    ("Updated 5 minutes ago", None),
    ("Updated 5 minutes ago", "xx"),
    ("Last updated: 23 November 2026, 14:05 GMT", "en-GB"),
    ("Monday 23 November", "en"),
    ("2026-11-23 14:05", "en"),
    ("3 min read", "en"),
    ("12 comments", "en"),
    ("Comments (1,204)", "en"),
    ("1.2k views", "en"),
    ("Aktualisiert vor 5 Minuten", "de"),
    ("Stand: 23.11.2026, 14:05 Uhr", "de"),
    ("12 Kommentare", "de"),
    ("Mis à jour il y a 5 minutes", "fr"),
    ("Publié le 23 novembre 2026 à 14h05", "fr"),
    ("Actualizado hace 3 horas", "es"),
    ("Actualizado el 23 de noviembre de 2026 a las 14:05", "es"),
    ("Aggiornato 3 ore fa", "it"),
    ("Atualizado há 5 minutos", "pt"),
    ("5 minuten geleden", "nl"),
    ("Zaktualizowano 5 minut temu", "pl"),
    ("Güncelleme: 5 dakika önce", "tr"),
    ("Обновлено 5 минут назад", "ru"),
    ("23 ноября 2026, 14:05 МСК", "ru"),
    ("منذ 5 دقائق", "ar"),
    ("آخر تحديث: 23 نوفمبر 2026", "ar"),
    ("5 मिनट पहले", "hi"),
    ("Cập nhật lúc 14:05, 23 tháng 11", "vi"),
    ("อัปเดต 5 นาทีที่แล้ว", "th"),
    ("更新:2026年11月23日 14:05", "ja"),
    ("5分前", "ja"),
    ("发布时间：2026年11月23日", "zh"),
    ("5分钟前", "zh"),
    ("12条评论", "zh"),
    ("5분 전", "ko"),
]
TEXTS = [
    ("Updated: 12 dead", "en"),
    ("12 dead", "en"),
    ("Casualties: 12", None),
    ("The toll rose to 12", "en"),
    ("Three people died at 14:05 on Monday", "en"),
    ("12 Tote", "de"),
    ("12 morts", "fr"),
    ("12 muertos", "es"),
    ("12 погибших", "ru"),
    ("12 قتيلا", "ar"),
    ("死亡12人", "zh"),
    ("死者12人", "ja"),
    ("사망 12명", "ko"),
    ("", "en"),
    ("—", "en"),
]


@pytest.mark.parametrize(("line", "language"), STAMPS)
def test_stamps(line, language):
    assert is_stamp(line, language)


@pytest.mark.parametrize(("line", "language"), TEXTS)
def test_lines_that_tell_something(line, language):
    assert not is_stamp(line, language)


def test_a_long_line_is_none():
    assert is_stamp("12 " * LONGEST, "en")
    assert not is_stamp("12 " * (LONGEST + 1), "en")

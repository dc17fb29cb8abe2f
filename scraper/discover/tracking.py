"""Query parameters that name a channel or a visitor, never an article.

A parameter stands here only if no site is known to choose its article by it. Left in the key, it
makes one article two; wrongly taken out, it makes two articles one, and that loses an alert: so
`ref`, `source`, `id`, `from`, `cid`, `sid`, `page` stay unless their value gives them away. The
names were compared with what ClearURLs and AdGuard take from every site's links; left out of theirs
are those that sites use otherwise, too (`ref`, `referrer`, `var`, `clickid`, `gci`, `mc`, …).
"""

from typing import Final

PREFIXES: Final = {
    "utm_": "Urchin and Google Analytics campaigns",
    "at_": "AT Internet / Piano campaigns (BBC, France Télévisions)",
    "ns_": "Comscore campaigns (BBC)",
    "mtm_": "Matomo campaigns",
    "pk_": "Piwik campaigns",
    "piwik_": "Piwik campaigns",
    "matomo_": "Matomo campaigns",
    "hsa_": "HubSpot advertisements",
    "_hs": "HubSpot mail (_hsenc, _hsmi)",
    "__hs": "HubSpot mail (__hstc, __hssc, __hsfp)",
    "_sgm_": "Segmentify campaigns",
    "adjust_": "Adjust campaigns",
    "bsft_": "Blueshift mail",
    "cm_mmc": "Coremetrics campaigns",
    "cx_": "Cxense recommendations (cx_click, cx_testId)",
    "dpg_": "campaigns of DPG Media",
    "hmb_": "Humble campaigns",
    "itm_": "campaigns within a site (Parse.ly and others)",
    "mindbox-": "Mindbox mail",
    "ml_subscriber": "MailerLite mail",
    "fb_": "Facebook sharing (fb_action_ids, fb_ref, fb_source)",
    "wt_mc": "Webtrekk / Mapp campaigns",
    "guce_referrer": "Yahoo consent redirects",
    "amp_": "AMP caches and clients (amp_js_v, amp_gsa, amp_tf)",
    "aspsessionid": "session of classic ASP",
}

NAMES: Final = {
    name: reason
    for reason, names in {
        "click of an advertisement or a post": (
            "dclid fbclid gad_source gbraid gclid gclsrc igsh igshid li_fat_id mibextid msclkid"
            " twclid ttclid wbraid yclid ysclid _openstat action_object_map action_ref_map"
            " action_type_map admitad_uid aiad_clid asgtbndr awc erid famad_xuid gps_adid ir_adid"
            " ir_campaignid ir_partnerid irclickid irgwc oprtrack rb_clickid rtkcid srsltid sscid"
            " tduid vc_lpp wickedid _zucks_suid"
        ),
        "mailing": (
            "mc_cid mc_eid mc_tc mkt_tok vero_conv vero_id oly_anon_id oly_enc_id __s _kx _clde"
            " _cldee hsctatracking"
        ),
        "visitor or visit": (
            "_ga _gl guccounter ncid_ref s_kwcid usqp __io_lv _io_session_id _branch_match_id"
            " _branch_referrer gs_l ebisadid"
        ),
        "campaign of a publisher": (
            "cmpid cmp_id emc ftag maca mbid ocid smid smtyp soc_src soc_trk sr_share s_cid tpcc"
            " traffic_source tracking_source wtrid wtmc wt_zmc xtor xtref sref xor ref_src ref_url"
            " __twitter_impression echobox spm"
        ),
        "session": "jsessionid phpsessid cfid cftoken",
    }.items()
    for name in names.split()
}

CHANNEL_NAMES: Final = frozenset(
    {"cmp", "f", "from", "medium", "partner", "ref", "source", "src", "via"}
)
"""Parameters that often, but not always, say where the reader came from …"""

CHANNEL_VALUES: Final = frozenset(
    {"rss", "feed", "rssfeed", "atom", "facebook", "twitter", "whatsapp", "telegram", "newsletter"}
)
"""… and the values with which they surely do."""

AMP_NAMES: Final = frozenset({"amp", "_amp", "isamp", "output", "outputtype", "mode", "view"})
AMP_VALUES: Final = dict.fromkeys(
    ("amp", "_amp", "isamp"), frozenset({"", "1", "true", "yes", "amp"})
)
"""`amp` and its like alone are marks; the others are one only with the value `amp`."""


def is_tracking(name: str, value: str) -> bool:
    """Whether a parameter says nothing of which article is meant. Names match in any case."""
    name, value = name.lower(), value.lower()
    if name in NAMES or name.startswith(tuple(PREFIXES)):
        return True
    if name == "m" and value in {"0", "1"}:
        return True  # Blogger's mobile pages; other values of `m` are months
    if name in AMP_NAMES and value in AMP_VALUES.get(name, frozenset({"amp"})):
        return True
    return name in CHANNEL_NAMES and value in CHANNEL_VALUES

"""All kinds of simulated meters, one a file: the healthy first, then the faulty."""

from wattledger.simulate.kind import Kind
from wattledger.simulate.kinds.decimal_comma import DECIMAL_COMMA
from wattledger.simulate.kinds.drop_down import DROP_DOWN
from wattledger.simulate.kinds.error_page import ERROR_PAGE
from wattledger.simulate.kinds.form_login import FORM_LOGIN
from wattledger.simulate.kinds.frameset import FRAMESET
from wattledger.simulate.kinds.garbage import GARBAGE
from wattledger.simulate.kinds.hangs import HANGS
from wattledger.simulate.kinds.http_500 import HTTP_500
from wattledger.simulate.kinds.http_basic import HTTP_BASIC
from wattledger.simulate.kinds.http_digest import HTTP_DIGEST
from wattledger.simulate.kinds.json_status import JSON_STATUS
from wattledger.simulate.kinds.label_only import LABEL_ONLY
from wattledger.simulate.kinds.late_xhr import LATE_XHR
from wattledger.simulate.kinds.link_tab import LINK_TAB
from wattledger.simulate.kinds.no_value import NO_VALUE
from wattledger.simulate.kinds.one_session import ONE_SESSION
from wattledger.simulate.kinds.plain_table import PLAIN_TABLE
from wattledger.simulate.kinds.script_login import SCRIPT_LOGIN
from wattledger.simulate.kinds.script_tab import SCRIPT_TAB
from wattledger.simulate.kinds.slow_drip import SLOW_DRIP
from wattledger.simulate.kinds.truncated import TRUNCATED
from wattledger.simulate.kinds.unit_cell import UNIT_CELL
from wattledger.simulate.kinds.value_in_input import VALUE_IN_INPUT
from wattledger.simulate.kinds.xml_status import XML_STATUS

_ALL = (
    PLAIN_TABLE,
    VALUE_IN_INPUT,
    UNIT_CELL,
    DECIMAL_COMMA,
    LABEL_ONLY,
    FRAMESET,
    LINK_TAB,
    DROP_DOWN,
    HTTP_BASIC,
    HTTP_DIGEST,
    FORM_LOGIN,
    ONE_SESSION,
    JSON_STATUS,
    XML_STATUS,
    SCRIPT_TAB,
    LATE_XHR,
    SCRIPT_LOGIN,
    HANGS,
    HTTP_500,
    GARBAGE,
    ERROR_PAGE,
    SLOW_DRIP,
    TRUNCATED,
    NO_VALUE,
)

KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}
"""Every kind by its name."""

"""What Slack takes. Slack's numbers stand first, ours below them; lengths are UTF-16 units, as Slack counts."""

# Messages.
MESSAGE_TEXT = 4_000  # chat.update answers msg_too_long above it
MESSAGE_BLOCKS = 50
MESSAGE_BLOCK_TEXT = 13_200  # of all blocks together; undocumented, msg_blocks_too_long
METADATA_EVENT = "nightdesk_parcel"

# Views.
VIEW_BLOCKS = 100
VIEW_BYTES = 250 * 1024
VIEW_TITLE = 24
VIEW_BUTTON = 24
VIEW_METADATA = 3_000
VIEW_CALLBACK = 255

# Blocks.
IDENTIFIER = 255  # block_id and action_id, unique in a message
SECTION_TEXT = 3_000
SECTION_FIELDS = 10
FIELD_TEXT = 2_000
HEADER_TEXT = 150
CONTEXT_ELEMENTS = 10
ACTIONS_ELEMENTS = 25
CONTEXT_ACTIONS_ELEMENTS = 5

# Elements.
BUTTON_TEXT = 75
BUTTON_VALUE = 2_000
BUTTON_URL = 3_000
ACCESSIBILITY_LABEL = 75
OPTION_TEXT = 75
OPTION_VALUE = 150
OPTIONS = 100
OPTION_GROUPS = 100
PLACEHOLDER = 150
CONFIRM_TITLE = 100
CONFIRM_TEXT = 300
CONFIRM_BUTTON = 30
INPUT_LABEL = 2_000
INPUT_HINT = 2_000
INPUT_VALUE = 3_000

# Data.
TABLES = 1  # of one message; more answer invalid_blocks
TABLE_ROWS = 100  # the header is one of them
TABLE_COLUMNS = 20
TABLE_TEXT = 10_000  # over all tables of a message
CHARTS = 2  # of one message
CHART_TITLE = 50
CHART_AXIS_LABEL = 50
CHART_SERIES = 6  # 12 by the newest page, 6 by the one before it
CHART_POINTS = 20
CHART_LABEL = 20

# Agents.
PROMPTS = 4
LOADING_MESSAGES = 10
STREAMED_TEXT = 3_000  # of 12,000 in one piece: what is spelt out grows
STATUS_TEXT = 250

# Ours.
BLOCK_TEXT_KEPT = 12_000  # of MESSAGE_BLOCK_TEXT; the rest is for what may be counted differently
RICH_TEXT = 3_000  # no limit is published; the section's is kept
TABLE_SHARE = 6_000  # so that a table leaves room for what it is about
CELL_TEXT = 300
CONTEXT_TEXT = 2_000
TAIL_BLOCKS = 16  # buttons and small print, which come after what was said
TAIL_TEXT = 4_000
ABOUT_TEXT = 2_000  # of the message that a question is about, within VIEW_METADATA
FILES = 10  # of one message
ANSWER_FILE = "answer.txt"
IMAGE_ALT = 2000

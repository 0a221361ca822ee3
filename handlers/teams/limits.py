"""What Teams takes. Numbers of Microsoft's stand first, ours below them."""

# Microsoft's.
CARD_VERSION = "1.5"  # Teams draws no later one; charts ride on it
MESSAGE_UTF16_BYTES = 80 * 1024  # about 100 KB, card and mentions included; 80 is what Microsoft advises
REQUEST_BYTES = 262_144  # the connector's body
ACTIONS_DRAWN = 6  # of one set; the rest would hide behind "…"
CITATIONS = 20
CITATION_NAME = 80
CITATION_ABSTRACT = 160
STREAM_TEXT = 1000  # of an informative line
INVOKE_SECONDS = 10.0  # then Teams says that the app could not be reached
MANIFEST_COMMANDS = 12
MANIFEST_COMMAND_LISTS = 3
MANIFEST_COMMAND_TITLE = 128
MANIFEST_COMMAND_DESCRIPTION = 4000

# Ours. Older pages of Microsoft's say 28 KB for the whole message, newer ones 100: a card of 28 KB passes under both,
# and leaves an update room to grow. Counted as UTF-8 JSON; the hard limit above is counted as UTF-16 beside it.
CARD_BYTES = 28 * 1024
RESERVE_BYTES = 1024  # kept free for the note that says what was shortened

PLAIN_TEXT = 1000  # a reply this short, and without blocks, is text and no card
SUMMARY = 2000
NOTIFIED = 250  # of the summary, in the activity feed
TITLE = 200
PARAGRAPH = 3000
CAPTION = 200
FOOTER = 500
LABEL = 80  # of buttons, choices and inputs
CELL = 200
FACT = 500
QUERY = 2000
URL = 2000
BUTTON_DATA = 4000  # what travels with a button
BUTTONS = 30  # five sets
CHOICES = 100
CHOICES_SHOWN = 10  # with more, the list can be searched
FIELDS = 20
HINT = 200
FIELD_VALUE = 8000  # never made smaller: what was cut could not be sent back
ROWS = 30
COLUMNS = 8
FACTS = 30
POINTS = 40  # of one line; more are not legible in the width of a chat
SERIES = 8
SHARES = 12
FILES = 18
OFFERED = 4  # files offered to OneDrive, each in a message of its own; the rest are links
OFFERED_BYTES = 4 * 1024 * 1024  # a file that is sent in one request while a press waits for its answer
FILE_NAME = 120
SOURCES = 20
BLOCKS = 60
SUGGESTED = 3  # questions offered above the box; all of them stand as buttons too

"""Numbers of policy; operator choices stand in settings."""

# DESIGN.md 3.9: no published figure about staff is below this, nor moves by less.
SMALL_CELL_FLOOR = 10
SMALL_CELL_FLOOR_MIN = 5
TITLE_CHARACTERS_MAX = 140
DEMAND_CHARACTERS_MAX = 20_000
REASON_CHARACTERS_MAX = 2_000
# A petition that asks the same people for years wears out their trust; extend by a new version.
OPEN_DAYS_MAX = 365
# A document holds more than any other proof: it is decided within days, or deleted undecided.
REVIEW_DAYS = 7
REVIEW_DAYS_MAX = 30
# One colleague may be mistaken or pressed; more than five can hardly be found (own rule).
VOUCHERS = 2
VOUCHERS_MIN = 2
VOUCHERS_MAX = 5
# UK Parliament's code keeps six months after closing (domain.md 6).
KEEP_DAYS = 180
KEEP_DAYS_MAX = 730
# One key may be lost; with two the list can still be opened (anonymous-signing.md 9).
CONTACT_KEYS_MIN = 2
CONTACT_KEYS_MAX = 8

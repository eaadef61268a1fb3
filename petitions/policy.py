"""Numbers of policy; operator choices stand in settings."""

# DESIGN.md 3.9: no published figure about staff is below this, nor moves by less.
SMALL_CELL_FLOOR = 10
SMALL_CELL_FLOOR_MIN = 5
TITLE_CHARACTERS_MAX = 140
DEMAND_CHARACTERS_MAX = 20_000
REASON_CHARACTERS_MAX = 2_000
# A petition that asks the same people for years wears out their trust; extend by a new version.
OPEN_DAYS_MAX = 365

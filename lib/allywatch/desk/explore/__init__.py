"""The evidence at a screen: a choice of it, drawn, tabled and worded by the functions that make the briefings."""

from allywatch.desk.explore.choice import Choice, narrowed
from allywatch.desk.explore.page import explorer
from allywatch.desk.explore.views import claims_of

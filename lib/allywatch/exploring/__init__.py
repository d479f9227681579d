"""The evidence at a screen: a choice of it, drawn, tabled and worded by the functions that make the briefings."""

from allywatch.exploring.choice import Choice, narrowed
from allywatch.exploring.page import explorer
from allywatch.exploring.views import claims_of

"""Who does better, and is it chance? The cohort split by every column in turn."""

from aadash.analyses.subgroups.chance import subgroup_chance
from aadash.analyses.subgroups.credibility import Claim, Item, credibility
from aadash.analyses.subgroups.difference import subgroup_differences_response
from aadash.analyses.subgroups.difference_change import subgroup_differences_change
from aadash.analyses.subgroups.estimates import subgroups_change, subgroups_response
from aadash.analyses.subgroups.pairs import subgroup_pairs

__all__ = [
    "Claim",
    "Item",
    "credibility",
    "subgroup_chance",
    "subgroup_differences_change",
    "subgroup_differences_response",
    "subgroup_pairs",
    "subgroups_change",
    "subgroups_response",
]

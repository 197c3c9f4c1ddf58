"""What the house is born with, on one page: each domain's figures of policy and catalogues, and
what of it is forgotten in time."""

from app.contractors import seeds as contractors
from app.core.made import forgetting as of_made
from app.fees import seeds as fees
from app.leads import forgetting as of_leads
from app.leads import seeds as leads
from app.owners import forgetting as of_homes
from app.owners import seeds as owners
from app.people import seeds as people
from app.renovation import seeds as renovation

#: say for themselves what is forgotten (core/forgetting.py)
FORGOTTEN = (of_homes, of_leads, of_made)
SEEDS = (people, owners, contractors, fees, renovation, leads)

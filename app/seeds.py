"""What the house is born with, on one page: each domain's figures of policy and catalogues."""

from app.contractors import seeds as contractors
from app.fees import seeds as fees
from app.leads import seeds as leads
from app.owners import seeds as owners
from app.people import seeds as people
from app.renovation import seeds as renovation

SEEDS = (people, owners, contractors, fees, renovation, leads)

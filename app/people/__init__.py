"""People 人员: departments, staff and whoever may sign in somebody's place.

A member of staff is a person of the company; the account they sign in with is only their key
to the door. A delegation (授权, R-4.4.5) lets one sign for another in a period of two days or
more; a delegate never delegates on, because a signature is only ever traced back one step.
"""

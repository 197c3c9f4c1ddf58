"""GraphQL: the registers once more, at one address, `POST /api/v1/graphql`.

    { lead(where: {state: {eq: "new"}}, sort: "-id", first: 20) {
        rows { number customer_name designer { name department { name } } follow_up__lead(first: 3) { rows { id } } }
        next count } }
    mutation { lead__dispatch(id: 3, version: 2, designer: 7) { number state version } }

What a caller may see and do is all that there is: `schema.py` makes the schema from the registers, the rights,
the scopes and the masks of whoever asks, and `kinds.py` says how a kind is called there. `asking.py` understands
a query and reckons its price before anything is run. `reading.py` answers it level by level: one statement for a
list, one for each relation of all its rows, one for each related register. `writing.py` does verbs and
saves through the same functions as the REST API; `answering.py` leads from text to answer, `pages.py` is the address.

Names are the public ones: a table's is its list, a field's is its column, and two underlines join them:
`lead__one`, `lead__add`, `lead__dispatch`, `follow_up__lead` (the follow-ups whose lead it is).
"""

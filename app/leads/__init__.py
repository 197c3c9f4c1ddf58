"""Leads 客户与派单: from a customer's first question to a contract, or to an honest end.

A customer comes in 登记 by the door, the telephone, the web, or through the marketing
department. Whose customer it is, is claimed 认定 with evidence and worked out by rule. The
account manager dispatches 派单 the lead to a designer of its tier, fairly: nobody holds too
many, champions may hold more, the preferred one is asked first. What marketing brings goes
with a transfer slip 传递单 that two managers sign. The designer measures 量房 and signs 签单;
or two people, one after the other, ask the customer and close the lead: invalid 无效单 before
measuring, dead 死单 after it.

The lead (R-4.2, R-4.5), `rules.LEAD_MOVES`:

```mermaid
stateDiagram-v2
    [*] --> new
    new --> dispatched: dispatch
    dispatched --> dispatched: reassign
    measured --> measured: reassign
    dispatched --> measured: measure
    measured --> signed: sign_contract
    signed --> measured: withdraw_contract
    new --> invalid_proposed: propose_invalid
    dispatched --> invalid_proposed: propose_invalid
    invalid_proposed --> invalid: confirm_invalid
    measured --> dead_proposed: propose_dead
    dead_proposed --> dead: confirm_dead
    invalid_proposed --> [*]: refuse_closure (back to where it came from)
    dead_proposed --> [*]: refuse_closure (back to where it came from)
    invalid --> [*]: reopen (back to where it came from)
    dead --> [*]: reopen (back to where it came from)
```

The transfer slip (R-4.4), `slips.rules.SLIP_MOVES`; the lead's `dispatch` takes it further:

```mermaid
stateDiagram-v2
    [*] --> draft
    draft --> market_signed: sign_market
    market_signed --> store_signed: sign_store
    store_signed --> dispatched: (dispatch of its lead)
    dispatched --> dispatched: copy_to_hr
    draft --> void: void
    market_signed --> void: void
    store_signed --> void: void
```

A request not to take a dispatch (R-4.2.6), `declining.rules.DECLINE_MOVES`; it lapses when
the dispatch ends otherwise:

```mermaid
stateDiagram-v2
    [*] --> asked
    asked --> decided: decide
    decided --> decided: decide
    decided --> agreed: agree
```

Folders: `dispatching/` who takes it, `declining/` who would rather not, `claims/` whose it
is, `slips/` the two-part slip, `closing/` the two ways in which it ends, and the re-calls,
`desk/` who calls and comes in, `following/` when to call again, `commissions/` what is earned,
`penalties/` faults and appeals, `phone_lists/` an estate's numbers, `reports/` what it adds up to.
"""

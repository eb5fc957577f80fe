"""# DG403: runtime-deprecated

## What it does

Names the functions whose Python runtime is past its deprecation date, or within 90 days of it: by what is deployed, else by
what is configured. It depends on the day, so `deployguard plan`, `drift` and `morning` show it, and `check` does not: the
same commit would pass today and fail tomorrow. Services with a Dockerfile choose their own image and are left alone.

## Why it is bad

A deprecated runtime gets no more security updates. Past its decommission date nothing can be deployed on it, not even the
fix of that night; `deployguard deploy` refuses from then on, by the blocker `runtime`.

## Example

```toml
[services.orders]
kind = "function"
source = "functions/orders"
runtime = "python310"   # deprecated on 2026-10-04, nothing can be deployed on it from 2027-04-04
```

## How to fix

Choose a newer `runtime`, let `deployguard check` judge the code by the newer grammar and standard library, and deploy. Where
it has to wait, `ignore = ["DG403"]` of the service takes the line away; the blocker stays.
"""

from __future__ import annotations

from deployguard.model.finding import Severity
from deployguard.rules.rule import DatedRule
from deployguard.rules.runtimes import DEPRECATED, deprecation

RULE = DatedRule(DEPRECATED, "runtime-deprecated", Severity.WARNING, __doc__ or "", deprecation)

"""The API does what its OpenAPI document says, for whatever a program sends: nothing fails, nothing is undocumented."""

from __future__ import annotations

import copy
import os
from collections.abc import Mapping, Sequence
from typing import Any

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, strategies
from hypothesis import settings as hypothesis_settings
from hypothesis.errors import Unsatisfiable
from schemathesis.config import SchemathesisConfig

from tests.journeys.office import Office

EXAMPLES = int(os.environ.get("ANTIN_EXAMPLES", "4"))  # of each operation, for each caller, right and wrong
# What a well-formed request may be told all the same: a state, a person or a rule says no.
ACCEPTED = ["2xx", "304", "401", "403", "404", "409", "412", "422", "428", "429"]
CONFIG: dict[str, Any] = {
    "checks": {"positive_data_acceptance": {"expected-statuses": ACCEPTED}},
}
QUIET = hypothesis_settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def document(office: Office) -> dict[str, Any]:
    """The OpenAPI document, as published."""
    return dict(office.app.test_client().get("/openapi.json").get_json())


def described(office: Office, document: dict[str, Any], mode: schemathesis.GenerationMode) -> Any:
    """The document as a program with a token reads it: a cookie is no second way in where a token will do.

    With both, every request with a wrong cookie beside the good token would count as let in unasked. What is sent
    wrong is never the token, which these tests put in themselves.
    """
    read = copy.deepcopy(document)
    for operations in read["paths"].values():
        for operation in operations.values():
            if isinstance(operation, dict) and {"token": []} in operation.get("security", []):
                operation["security"] = [{"token": []}] if mode is schemathesis.GenerationMode.POSITIVE else []
    schema = schemathesis.openapi.from_dict(read, config=SchemathesisConfig.from_dict(CONFIG))
    schema.app = office.app
    return schema


def test_the_document_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    jsonschema.Draft202012Validator.check_schema({"$defs": document["components"]["schemas"]})
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method == "parameters":
                continue
            assert operation["summary"], (method, path)
            assert {"2", "d"} & {status[0] for status in operation["responses"]}, (method, path)


@pytest.mark.parametrize("caller", ["applicant", "official"])
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.value)
def test_nothing_that_is_sent_is_answered_otherwise_than_documented(
    office: Office,
    document: dict[str, Any],
    tokens: Mapping[str, str],
    ids: Sequence[str],
    caller: str,
    mode: schemathesis.GenerationMode,
) -> None:
    faults: dict[str, str] = {}
    inspected = 0
    for found in described(office, document, mode).get_all_operations():
        operation = found.ok()
        known = [None, *ids] if mode is schemathesis.GenerationMode.POSITIVE else [None]
        places = strategies.sampled_from(known if "application_id" in operation.path else [None])

        @QUIET
        @given(case=operation.as_strategy(generation_mode=mode), place=places)
        def exercise(case: Any, place: str | None) -> None:
            if place:
                case.path_parameters["application_id"] = place
            case.call_and_validate(headers={"Authorization": f"Bearer {tokens[caller]}"})

        try:
            exercise()
        except Unsatisfiable:
            continue  # there is no wrong way to call an operation that takes nothing, or any text
        except BaseException as error:
            faults[operation.label] = f"{type(error).__name__}: {error}"[:2500]
        inspected += 1
    assert inspected > 30
    assert not faults, "\n\n".join(f"{label}\n{fault}" for label, fault in faults.items())

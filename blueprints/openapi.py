"""The OpenAPI 3.1 document of /api/v1, made from the routes and the shapes they take and give."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, Response, current_app, jsonify
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from kombeheer import __version__

View = TypeVar("View", bound=Callable[..., Any])
_DESCRIPTION = "api_description"
_PARAMETER = re.compile(r"<(?:[a-z]+:)?([a-z_]+)>")
blueprint = Blueprint("openapi", __name__, url_prefix="/api/v1")


def describes(
    summary: str,
    *,
    takes: type[BaseModel] | None = None,
    gives: type[BaseModel] | None = None,
    status: int = 200,
    query: dict[str, str] | None = None,
) -> Callable[[View], View]:
    """Say of a view what it takes and gives; every view under /api/v1 has one."""

    def decorate(view: View) -> View:
        setattr(
            view,
            _DESCRIPTION,
            {"summary": summary, "takes": takes, "gives": gives, "status": status, "query": query},
        )
        return view

    return decorate


def _reference(model: type[BaseModel]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}}


def _operation(path: str, described: dict[str, Any], doc: str | None) -> dict[str, Any]:
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PARAMETER.findall(path)
    ]
    parameters += [
        {"name": name, "in": "query", "description": text, "schema": {"type": "string"}}
        for name, text in (described["query"] or {}).items()
    ]
    answers: dict[str, Any] = {
        str(described["status"]): {"description": described["summary"]},
        "default": {
            "description": "Een weigering met code en zin",
            "content": {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            },
        },
    }
    if described["gives"] is not None:
        answers[str(described["status"])]["content"] = _reference(described["gives"])
    operation: dict[str, Any] = {
        "summary": described["summary"],
        "description": doc or "",
        "parameters": parameters,
        "responses": answers,
    }
    if described["takes"] is not None:
        operation["requestBody"] = {"required": True, "content": _reference(described["takes"])}
    return operation


PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
    },
}


def build() -> dict[str, Any]:
    """Return the document; a view under /api/v1 without a description is a programmer's error."""
    paths: dict[str, Any] = {}
    models: dict[type[BaseModel], None] = {}
    for rule in current_app.url_map.iter_rules():
        if not rule.rule.startswith("/api/v1/") or rule.endpoint == "openapi.document":
            continue
        view = current_app.view_functions[rule.endpoint]
        described = getattr(view, _DESCRIPTION)
        for model in (described["takes"], described["gives"]):
            if model is not None:
                models[model] = None
        path = _PARAMETER.sub(r"{\1}", rule.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            operation = _operation(rule.rule, described, view.__doc__)
            paths.setdefault(path, {})[method.lower()] = operation
    _, schemas = models_json_schema(
        [(model, "validation") for model in models], ref_template="#/components/schemas/{model}"
    )
    return {
        "openapi": "3.1.0",
        "info": {"title": "kombeheer", "version": __version__},
        "security": [{"token": []}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {**schemas.get("$defs", {}), "Problem": PROBLEM},
        },
    }


@blueprint.get("/openapi.json")
def document() -> Response:
    """Return the description of this interface."""
    return jsonify(build())

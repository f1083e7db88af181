"""The API described in OpenAPI 3.1: every kind of record with the company's own fields, every verb."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from starlette.responses import Response

from dougong.kernel.access.actor import HOUSE, Rights
from dougong.kernel.catalogue import Catalogue
from dougong.kernel.entities import Description
from dougong.kernel.fields import Field
from dougong.kernel.files.sniffing import MEDIA_TYPES
from dougong.kernel.messages import Messages
from dougong.kernel.named import TODAY, NamedQuestion
from dougong.kernel.operations import Operation
from dougong.kernel.panels import Inquiry
from dougong.web.answers import Json
from dougong.web.asking import Asking
from dougong.web.bodies import known_parameters
from dougong.web.schemas import POINTER, UUID, Schema, read_schema, schemas_of, written_schema

VERSION = "3.1.0"
API = "/api/v1"
TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
TEXT_OR_NONE: Schema = {"type": ["string", "null"]}
BYTES: Schema = {"type": "string", "format": "binary"}
KEY: Schema = {"$ref": "#/components/parameters/key"}
IF_MATCH: Schema = {"$ref": "#/components/parameters/if_match"}
ONCE: Schema = {"$ref": "#/components/parameters/idempotency_key"}
PREVIEW: Schema = {"$ref": "#/components/parameters/preview"}
OUTLOOK: Schema = {"$ref": "#/components/parameters/outlook"}


def show_openapi(asking: Asking) -> Response:
    """Answer the description: of the product, or of the asker's company as the asker sees it."""
    known_parameters(asking.request, ())
    messages, locale = asking.messages, asking.locale
    if asking.who is None or asking.who.company is None:
        return Json(Described(asking.house.catalogue, HOUSE.rights, messages, locale).document())
    with asking.reading() as reading:
        kept = reading.state.extras.setdefault("openapi", {})
        key = (reading.actor.person, asking.who.scopes, locale)
        if key not in kept:
            described = Described(reading.state.catalogue, reading.actor.rights, messages, locale)
            kept[key] = described.document()
    return Json(kept[key])


@dataclass
class Described:
    """A catalogue, as somebody may see it, in OpenAPI."""

    catalogue: Catalogue
    rights: Rights
    messages: Messages
    locale: str

    def document(self) -> Schema:
        """Write the whole description."""
        return {
            "openapi": VERSION,
            "info": {
                "title": "Dougong",
                "version": "1",
                "description": self.messages.text("page.lead", self.locale),
            },
            "servers": [{"url": "/"}],
            "security": [{"token": []}, {"session": []}],
            "tags": [{"name": d.name, "description": self.label(d)} for d in self.documents],
            "paths": self.paths(),
            "components": {
                "schemas": self.schemas(),
                "parameters": PARAMETERS,
                "responses": ANSWERS,
                "securitySchemes": SECURITY,
            },
        }

    @cached_property
    def documents(self) -> list[Description]:
        """The kinds of records that may be read, without lines."""
        return [
            one
            for one in self.catalogue.entities.values()
            if not one.is_line and self.rights.may(one.name, "read")
        ]

    @cached_property
    def operations(self) -> list[Operation]:
        """The operations with arguments of their own, as far as they are allowed."""
        return [
            one
            for document in self.documents
            for one in self.catalogue.operations_of(document.name)
            if not one.generic and self.rights.may(one.on, one.name)
        ]

    @cached_property
    def arguments(self) -> tuple[list[Schema], dict[str, Schema]]:
        """What the operations take, and the parts of it."""
        return schemas_of(self.operations)

    def label(self, description: Description) -> str:
        """Name a kind of record."""
        own = description.labels.get(self.locale)
        return own or self.messages.entity(description.name, self.locale)

    def readable(self, description: Description) -> list[Field]:
        """Give the fields that may be read, in order."""
        shown = self.rights.readable(description)
        return [one for name, one in description.fields.items() if name in shown]

    def writable(self, description: Description) -> list[Field]:
        """Give the fields that may be written, in order."""
        shown = self.rights.writable(description)
        return [one for name, one in description.fields.items() if name in shown]

    # Schemas

    def schemas(self) -> dict[str, Schema]:
        """Describe records, arguments and problems."""
        found: dict[str, Schema] = dict(COMMON)
        for document in self.documents:
            for one in self.with_lines(document):
                found |= self.record_schemas(one)
        arguments, parts = self.arguments
        for operation, schema in zip(self.operations, arguments, strict=True):
            found[argument_name(operation)] = schema
        return found | parts

    def with_lines(self, description: Description) -> Iterator[Description]:
        """Give a document and its lines, however deep."""
        yield description
        for field in description.lines:
            yield from self.with_lines(self.catalogue.entities[field.target])

    def record_schemas(self, description: Description) -> dict[str, Schema]:
        """Describe a record as it is read and as it is written."""
        name, writable = description.name, self.writable(description)
        found = {
            name: self.labelled(description, read_schema(description, self.readable(description)))
        }
        if description.is_line:
            schema = written_schema(description, writable, creating=False)
            return found | {f"{name}_written": self.labelled(description, schema)}
        verbs = {one.name for one in self.catalogue.operations_of(name)}
        for verb in ("create", "edit"):
            if verb in verbs and self.rights.may(name, verb):
                schema = written_schema(description, writable, creating=verb == "create")
                found[f"{name}_{verb}"] = self.labelled(description, schema)
        return found

    def labelled(self, description: Description, schema: Schema) -> Schema:
        """Give each property its label."""
        schema["properties"] = {
            name: {**one, "title": self.field_label(description, name)}
            for name, one in schema["properties"].items()
        }
        return schema

    def field_label(self, description: Description, name: str) -> str:
        """Name a field."""
        return self.messages.label(description.name, description.fields[name], self.locale)

    # Paths

    def paths(self) -> dict[str, Schema]:
        """Describe every address."""
        found: dict[str, Schema] = dict(FIXED_PATHS)
        for document in self.documents:
            for path, ways in self.record_paths(document).items():
                found[path] = found.get(path, {}) | ways
        return found

    def record_paths(self, description: Description) -> dict[str, Schema]:
        """Describe the addresses of one kind of record."""
        name = description.name
        allowed = {
            one.name: one
            for one in self.catalogue.operations_of(name)
            if self.rights.may(name, one.name)
        }
        many: Schema = {"get": self.reading(name, "list", LIST, {"$ref": f"{POINTER}page"})}
        many["get"]["responses"]["200"] = answer(page_schema(name))
        single: Schema = {"get": self.reading(name, "read", [KEY, AS_OF], record(name))}
        history = self.reading(name, "history", [KEY, LIMIT, CURSOR], {"type": "object"})
        timeline = self.reading(name, "timeline", [KEY, LIMIT, CURSOR], {"type": "object"})
        found: dict[str, Schema] = {
            f"{API}/{name}": many,
            f"{API}/{name}/{{id}}": single,
            f"{API}/{name}/{{id}}/history": {"get": history},
            f"{API}/{name}/{{id}}/timeline": {"get": timeline},
            f"{API}/{name}/group": {"get": self.reading(name, "group", GROUP, {"type": "object"})},
        }
        if "create" in allowed:
            many["post"] = self.doing(allowed["create"], f"{name}_create", "201")
        if "edit" in allowed:
            single["patch"] = self.doing(allowed["edit"], f"{name}_edit", "200")
        if "delete" in allowed:
            single["delete"] = self.doing(allowed["delete"], "", "204")
        found |= self.question_paths(name)
        for verb, one in allowed.items():
            if not one.generic:
                way = verb if one.creates else f"{{id}}/{verb}"
                status = "201" if one.creates else "200"
                found[f"{API}/{name}/{way}"] = {"post": self.doing(one, argument_name(one), status)}
            found[f"{API}/{name}/bulk/{verb}"] = {"post": self.bulk(one)}
        return found

    def question_paths(self, name: str) -> dict[str, Schema]:
        """Describe what else may be asked about a kind of record."""
        about = f"{API}/{name}"
        found: dict[str, Schema] = {
            f"{about}/{{id}}/{told}": {"get": self.reading(name, told, [KEY], {"type": "object"})}
            for told in ("related", "chain", "overview", "why")
        }
        for (on, called), asked in self.catalogue.questions.items():
            if on == name:
                found[f"{about}/question/{called}"] = {"get": self.named(asked)}
        for (on, called), inquiry in self.catalogue.inquiries.items():
            if on == name:
                found[f"{about}/question/{called}"] = {"post": self.inquired(inquiry)}
        return found

    def reading(self, name: str, verb: str, parameters: Sequence[Schema], schema: Schema) -> Schema:
        """Describe a question."""
        return {
            "tags": [name],
            "operationId": f"{name}.{verb}",
            "parameters": list(parameters),
            "responses": {"200": answer(schema), **refusals()},
        }

    def named(self, asked: NamedQuestion) -> Schema:
        """Describe a question that has a name."""
        parameters = [
            {**query(name, ""), "required": one.default is one.empty and name != TODAY}
            for name, one in asked.parameters.items()
        ]
        described = self.reading(asked.on, f"question.{asked.name}", parameters, {"type": "object"})
        return {**described, "summary": (asked.answer.__doc__ or "").partition("\n")[0]}

    def inquired(self, inquiry: Inquiry) -> Schema:
        """Describe a question whose body says what is asked."""
        described = self.reading(inquiry.on, f"question.{inquiry.name}", [], {"type": "object"})
        names: Schema = {name: {} for name in inquiry.asked.__dataclass_fields__}
        body = {"type": "object", "properties": names, "additionalProperties": False}
        return {
            **described,
            "summary": (inquiry.answer.__doc__ or "").partition("\n")[0],
            "requestBody": {"content": {"application/json": {"schema": body}}},
        }

    def doing(self, operation: Operation, body: str, status: str) -> Schema:
        """Describe an operation."""
        about = [] if operation.creates else [KEY, IF_MATCH]
        described: Schema = {
            "tags": [operation.on],
            "operationId": operation.full_name,
            "summary": self.messages.operation(operation.on, operation.name, self.locale),
            "description": operation.doc,
            "parameters": [*about, ONCE, PREVIEW, OUTLOOK],
            "responses": {
                status: {"description": ""} if status == "204" else answer(record(operation.on)),
                "202": answer({"$ref": f"{POINTER}waiting"}),
                **refusals(),
            },
        }
        if body:
            described["requestBody"] = {
                "required": operation.generic,
                "content": {"application/json": {"schema": {"$ref": POINTER + body}}},
            }
        return described

    def bulk(self, operation: Operation) -> Schema:
        """Describe an operation on many rows."""
        rows: Schema = {"type": "array", "maxItems": 1000, "items": {"type": "object"}}
        return {
            "tags": [operation.on],
            "operationId": f"{operation.full_name}.bulk",
            "parameters": [ONCE],
            "requestBody": {"required": True, "content": {"application/json": {"schema": rows}}},
            "responses": {"200": answer({"$ref": f"{POINTER}results"}), **refusals()},
        }


def argument_name(operation: Operation) -> str:
    """Name the schema of an operation's arguments."""
    return operation.full_name


def record(name: str) -> Schema:
    """Point at a record's schema."""
    return {"$ref": POINTER + name}


def page_schema(name: str) -> Schema:
    """Describe a page of records."""
    return {
        "type": "object",
        "properties": {
            "records": {"type": "array", "items": record(name)},
            "next_cursor": {"type": ["string", "null"]},
            "count": {"$ref": f"{POINTER}count"},
        },
        "required": ["records", "next_cursor"],
    }


def answer(schema: Schema) -> Schema:
    """Describe an answer in JSON."""
    return {"description": "", "content": {"application/json": {"schema": schema}}}


def refusals() -> Schema:
    """Describe what may be refused."""
    return {"default": {"$ref": "#/components/responses/refused"}}


def at_once(schema: str) -> Schema:
    """Describe an answer that everybody gets at once."""
    return {"200": answer({"$ref": POINTER + schema}), **refusals()}


def later(schema: str) -> Schema:
    """Describe the answer to what is done afterwards: how far it is."""
    return {"202": answer({"$ref": POINTER + schema}), **refusals()}


def bytes_of(*media_types: str) -> Schema:
    """Describe a file as an answer."""
    content = {one: {"schema": BYTES} for one in media_types}
    return {"200": {"description": "", "content": content}, **refusals()}


def progress_schema(states: list[str], **more: Schema) -> Schema:
    """Describe how far something is."""
    properties = {
        "id": UUID,
        "name": TEXT,
        "state": {"type": "string", "enum": states},
        "done": WHOLE,
        "total": WHOLE,
        **more,
        "remarks": {"type": "array", "items": TEXT},
        "begun_at": {"type": "string", "format": "date-time"},
        "ended_at": {"type": ["string", "null"], "format": "date-time"},
    }
    return {"type": "object", "properties": properties, "required": list(properties)}


def query(name: str, about: str, schema: Mapping[str, Any] | None = None) -> Schema:
    """Describe a parameter of the query."""
    return {"name": name, "in": "query", "description": about, "schema": dict(schema or TEXT)}


def fixed(
    summary: str, *, parameters: Iterable[Schema] = (), body: Schema | None = None, **more: Any
) -> Schema:
    """Describe an address that every company has."""
    described: Schema = {
        "tags": ["house"],
        "summary": summary,
        "parameters": list(parameters),
        "responses": {"200": answer({"type": "object"}), **refusals()},
        **more,
    }
    if body is not None:
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": body}},
        }
    return described


FILTER = query("filter", "A condition of the expression language, or the builder's tree as JSON.")
SEARCH = query("search", "Words that must all be found.")
SORT = query("sort", "Fields separated by commas; a minus means the largest first.")
LIMIT = query("limit", "How many at most.", {"type": "integer", "minimum": 1})
CURSOR = query("cursor", "Where the page before ended.")
AS_OF = query("as_of", "The record as it was at this instant or at the end of this day.")
LIST = [
    FILTER,
    SEARCH,
    SORT,
    LIMIT,
    query("fields", "Fields and paths over references, separated by commas."),
    CURSOR,
    query("count", "Also say how many there are.", {"type": "boolean"}),
]
GROUP = [
    FILTER,
    SEARCH,
    SORT,
    LIMIT,
    query("by", "Fields to group by; days with their grain, as in day:month."),
    query("sums", "Fields to sum."),
    query("having", "A condition on the sums and on count."),
    query("count", "Whether to count.", {"type": "boolean"}),
]
PARAMETERS: Schema = {
    "key": {
        "name": "id",
        "in": "path",
        "required": True,
        "description": "The record's id, its number or its code.",
        "schema": TEXT,
    },
    "if_match": {
        "name": "If-Match",
        "in": "header",
        "description": "The version that the asker saw, as ETag gave it.",
        "schema": TEXT,
    },
    "idempotency_key": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "A request that is sent twice under one key is carried out once.",
        "schema": {"type": "string", "maxLength": 255},
    },
    "preview": query(
        "preview", "Only say what would happen; nothing is locked or written.", {"type": "boolean"}
    ),
    "outlook": query(
        "outlook",
        "With a preview: also tell what the apps know of the record as it would be.",
        {"type": "boolean"},
    ),
}
ANSWERS: Schema = {
    "refused": {
        "description": "Why not (RFC 9457)",
        "content": {"application/problem+json": {"schema": {"$ref": f"{POINTER}problem"}}},
    }
}
SECURITY: Schema = {
    "token": {"type": "http", "scheme": "bearer"},
    "session": {"type": "apiKey", "in": "cookie", "name": "dougong_session"},
}
REASON: Schema = {
    "type": "object",
    "properties": {
        "code": TEXT,
        "status": {"type": "integer"},
        "detail": TEXT,
        "facts": {"type": "object"},
        "field": TEXT,
    },
    "required": ["code", "status", "detail", "facts"],
}
REASONS: Schema = {"type": "array", "items": {"$ref": f"{POINTER}reason"}}
COMMON: Schema = {
    "reason": REASON,
    "problem": {
        "allOf": [{"$ref": f"{POINTER}reason"}],
        "type": "object",
        "properties": {"type": TEXT, "title": TEXT, "problems": REASONS},
        "required": ["type", "title"],
    },
    "count": {
        "type": "object",
        "properties": {"number": {"type": "integer"}, "exact": {"type": "boolean"}},
    },
    "waiting": {
        "type": "object",
        "properties": {
            "waiting": {
                "type": "object",
                "properties": {"parked": UUID, "role": TEXT, "reasons": REASONS},
            }
        },
    },
    "import_progress": progress_schema(
        ["waiting", "running", "interrupted", "finished", "undoing", "undone"],
        created=WHOLE,
        changed=WHOLE,
        unchanged=WHOLE,
        performed=WHOLE,
        bad=WHOLE,
        bad_rows=TEXT_OR_NONE,
    ),
    "export_progress": progress_schema(
        ["waiting", "running", "interrupted", "finished", "failed"],
        entity=TEXT,
        content=TEXT_OR_NONE,
    ),
    "results": {
        "type": "object",
        "properties": {
            "results": {"type": "array", "items": {"type": "object"}},
            "refused": {"type": "integer"},
        },
    },
}
SIGN_IN: Schema = {
    "type": "object",
    "properties": {"login": TEXT, "password": TEXT, "company": TEXT},
    "required": ["login", "password"],
}
TOKEN: Schema = {
    "type": "object",
    "properties": {
        "name": TEXT,
        "expires": {"type": "string", "format": "date-time"},
        "scopes": {"type": "array", "items": TEXT},
    },
    "required": ["name"],
}
NAMES: Schema = {"oneOf": [TEXT, {"type": "array", "items": TEXT}]}
IMPORTED: Schema = {
    "type": "object",
    "properties": {
        "file": {"type": "array", "items": BYTES},
        "mapping": {**TEXT, "description": "YAML: which columns become which fields."},
        "entity": {**TEXT, "description": "Without a mapping: what the rows are."},
    },
    "required": ["file"],
}
EXPORTED: Schema = {
    "type": "object",
    "properties": {
        "entity": TEXT,
        "filter": {"oneOf": [TEXT, {"type": "object"}]},
        "search": TEXT,
        "sort": NAMES,
        "fields": NAMES,
        "form": {"type": "string", "enum": ["csv", "xlsx"], "default": "csv"},
        "labels": {"type": "boolean", "default": True},
    },
    "required": ["entity"],
}
EVENT_ID: Schema = {"name": "id", "in": "path", "required": True, "schema": UUID}
FIXED_PATHS: dict[str, Schema] = {
    f"{API}/welcome": {"get": fixed("Whom one may try the demo company as", security=[])},
    f"{API}/change_set/{{id}}/diff": {
        "get": fixed("What a change set changes, as data and in words", parameters=[EVENT_ID])
    },
    f"{API}/sign-in": {"post": fixed("Sign in", body=SIGN_IN, security=[])},
    f"{API}/sign-out": {"post": fixed("Sign out")},
    f"{API}/enter": {
        "post": fixed(
            "Go on in another company",
            body={"type": "object", "properties": {"company": TEXT}, "required": ["company"]},
        )
    },
    f"{API}/me": {"get": fixed("Who is signed in, and what they may do")},
    f"{API}/tokens": {
        "get": fixed("One's API tokens"),
        "post": fixed("Make an API token", body=TOKEN),
    },
    f"{API}/tokens/{{id}}": {"delete": fixed("Revoke an API token", parameters=[EVENT_ID])},
    f"{API}/meta": {"get": fixed("What kinds of records there are")},
    f"{API}/meta/{{entity}}": {
        "get": fixed(
            "One kind of record: fields, lifecycle, operations",
            parameters=[{"name": "entity", "in": "path", "required": True, "schema": TEXT}],
        )
    },
    f"{API}/people": {
        "get": {
            "tags": ["house"],
            "operationId": "people",
            "parameters": [query("search", "The beginning of a name, of its pinyin or initials.")],
            "responses": {"200": answer({"type": "object"}), **refusals()},
        }
    },
    f"{API}/search": {
        "get": fixed(
            "Find records by number, name, code or pinyin",
            parameters=[query("q", "What was typed."), query("entity", "Only of these."), LIMIT],
        )
    },
    f"{API}/file": {
        "post": fixed(
            "Bring in a file: its bytes with ?name=, or a form with a part named file",
            parameters=[
                query("name", "What it is called."),
                query("record", "What it belongs to: product:id."),
                ONCE,
                PREVIEW,
            ],
            requestBody={
                "required": True,
                "content": {
                    "application/octet-stream": {"schema": BYTES},
                    "multipart/form-data": {
                        "schema": {"type": "object", "properties": {"file": BYTES}}
                    },
                },
            },
        )
    },
    f"{API}/file/{{id}}/content": {
        "get": fixed(
            "The bytes of a file, to save",
            parameters=[EVENT_ID],
            responses=bytes_of("*/*"),
        )
    },
    f"{API}/imports": {
        "post": fixed(
            "Begin an import, or with ?preview say what would become of its first rows",
            parameters=[ONCE, PREVIEW],
            requestBody={
                "required": True,
                "content": {"multipart/form-data": {"schema": IMPORTED}},
            },
            responses={"200": answer({"type": "object"}), **later("import_progress")},
        )
    },
    f"{API}/imports/{{id}}": {
        "get": fixed(
            "How far an import is",
            parameters=[EVENT_ID],
            responses=at_once("import_progress"),
        )
    },
    f"{API}/imports/{{id}}/bad-rows": {
        "get": fixed(
            "The rows that were refused, with the reasons; of several files, packed together",
            parameters=[EVENT_ID],
            responses=bytes_of("text/csv", "application/zip"),
        )
    },
    f"{API}/imports/{{id}}/resume": {
        "post": fixed(
            "Take up an import that was interrupted",
            parameters=[EVENT_ID],
            responses=later("import_progress"),
        )
    },
    f"{API}/imports/{{id}}/undo": {
        "post": fixed(
            "Take an import back",
            parameters=[EVENT_ID],
            responses=later("import_progress"),
        )
    },
    f"{API}/exports": {
        "post": fixed(
            "Begin an export",
            parameters=[ONCE],
            body=EXPORTED,
            responses=later("export_progress"),
        )
    },
    f"{API}/exports/{{id}}": {
        "get": fixed(
            "How far an export of one's own is",
            parameters=[EVENT_ID],
            responses=at_once("export_progress"),
        )
    },
    f"{API}/exports/{{id}}/content": {
        "get": fixed(
            "What an export of one's own has written; kept for a day",
            parameters=[EVENT_ID],
            responses=bytes_of("text/csv", MEDIA_TYPES["xlsx"]),
        )
    },
    f"{API}/insight/catalogue": {"get": fixed("What can be measured, and by what")},
    f"{API}/insight/ask": {"post": fixed("Measures by dimensions", body={"type": "object"})},
    f"{API}/insight/export": {"post": fixed("An answer as a sheet", body={"type": "object"})},
    f"{API}/inbox": {"get": fixed("What waits for the asker, and what they wait for")},
    f"{API}/live": {"get": fixed("What happens, as server-sent events")},
    f"{API}/trace/{{id}}": {
        "get": fixed("What a record or an event set in motion", parameters=[EVENT_ID])
    },
    f"{API}/events/{{id}}/undo": {
        "post": fixed("Undo what an event records", parameters=[EVENT_ID])
    },
}

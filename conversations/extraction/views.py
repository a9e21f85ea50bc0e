"""The pages on which a person defines what to extract, pastes texts, and takes the data away."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AbstractUser
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ..refusals import Refusal
from ..views import beside
from . import actions
from .definitions import definitions
from .fields import KINDS, MOST_FIELDS, Field, schema_of
from .models import Extraction
from .results import as_csv, as_json, results_of
from .texts import SEPARATIONS, split

LATEST = 30  # extractions on one page of them
ROWS, MORE_ROWS = 6, 4  # of an empty form, and what its button adds


@login_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    return _page(request)


@login_required
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begin an extraction, or say why not and keep what was pasted."""
    separation = request.POST.get("separation", "one")
    texts = [("", text) for text in split(request.POST.get("texts", ""), separation)]
    begun = actions.begin(_person(request), request.POST.get("choice", ""), texts)
    if isinstance(begun, Refusal):
        return _page(request, problem=begun.message, status=400, pasted=request.POST)
    return redirect("extraction", begun.pk)


@login_required
@require_http_methods(["GET", "POST"])
def define(request: HttpRequest) -> HttpResponse:
    """Define what to extract, by a small form or by a JSON Schema."""
    if request.method == "GET":
        return _form(request, fields=[Field()] * ROWS)
    fields = _fields_in(request.POST)
    if "more" in request.POST:
        return _form(request, fields=[*fields, *[Field()] * MORE_ROWS][: MOST_FIELDS + 1])
    from .schemas import read_schema  # with what checks schemas, which takes long to import

    pasted = request.POST.get("schema", "")
    schema = read_schema(pasted) if pasted.strip() else schema_of(fields)
    if isinstance(schema, str):
        return _form(request, fields=fields, problem=schema)
    saved = actions.save(_person(request), request.POST.get("name", ""), schema)
    if isinstance(saved, Refusal):
        return _form(request, fields=fields, problem=saved.message)
    messages.success(request, f"Saved: {saved.name}")
    return redirect("extract")


@login_required
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    if actions.forget(_person(request), request.POST.get("key", "")):
        raise Http404
    messages.success(request, "Deleted. What was extracted by it stays.")
    return redirect("extract")


@login_required
@require_GET
def extraction(request: HttpRequest, extraction_id: UUID) -> HttpResponse:
    shelf = beside(request)  # first: what changes after this is news
    results = results_of(_theirs(request, extraction_id))
    return render(request, "extraction/extraction.html", {"results": results, **shelf})


@login_required
@require_GET
def rows(request: HttpRequest, extraction_id: UUID) -> HttpResponse:
    """Give the part of the page that changes, as the same HTML."""
    results = results_of(_theirs(request, extraction_id))
    return render(request, "extraction/results.html", {"results": results})


@login_required
@require_POST
def stop(request: HttpRequest, extraction_id: UUID) -> HttpResponse:
    found = _theirs(request, extraction_id)
    actions.stop(_person(request), found.pk)
    return redirect("extraction", found.pk)


@login_required
@require_POST
def delete(request: HttpRequest, extraction_id: UUID) -> HttpResponse:
    actions.delete(_person(request), _theirs(request, extraction_id).pk)
    messages.success(request, "Deleted.")
    return redirect("extract")


@login_required
@require_GET
def download(request: HttpRequest, extraction_id: UUID, form: str) -> HttpResponse:
    """Give all that was extracted so far as `csv` or `json`."""
    results = results_of(_theirs(request, extraction_id))
    if form == "csv":  # with the mark by which spreadsheets know UTF-8
        response = HttpResponse(as_csv(results).encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    elif form == "json":
        response = HttpResponse(as_json(results), content_type="application/json")
    else:
        raise Http404
    response["Content-Disposition"] = f'attachment; filename="extraction-{results.extraction.pk}.{form}"'
    return response


def _page(request: HttpRequest, *, problem: str = "", status: int = 200, pasted: Any = None) -> HttpResponse:
    begun = Extraction.latest_of(request.user.pk or 0)
    context = {
        **beside(request),
        "definitions": definitions(request.user.pk),
        "separations": SEPARATIONS,
        "latest": Paginator(begun, LATEST).get_page(request.GET.get("page")),
        "problem": problem,
        "pasted": pasted or {},
    }
    return render(request, "extraction/extract.html", context, status=status)


def _form(request: HttpRequest, *, fields: list[Field], problem: str = "") -> HttpResponse:
    context = {
        **beside(request),
        "fields": fields,
        "kinds": {key: label for key, (label, _) in KINDS.items()},
        "name": request.POST.get("name", ""),
        "schema": request.POST.get("schema", ""),
        "problem": problem,
    }
    return render(request, "extraction/define.html", context, status=400 if problem else 200)


def _fields_in(form: QueryDict) -> list[Field]:
    """Read the form's rows, which are numbered, for a checkbox that is off is not sent at all."""
    count = sum(key.startswith("field-") for key in form)
    return [
        Field(
            name=form.get(f"field-{place}", ""),
            kind=form.get(f"kind-{place}", "text"),
            description=form.get(f"description-{place}", ""),
            required=f"required-{place}" in form,
        )
        for place in range(min(count, MOST_FIELDS + 1))
    ]


def _person(request: HttpRequest) -> AbstractUser:
    return cast(AbstractUser, request.user)


def _theirs(request: HttpRequest, extraction_id: UUID) -> Extraction:
    return get_object_or_404(Extraction.of(request.user.pk or 0), pk=extraction_id)

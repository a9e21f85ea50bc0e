"""What staff see of what a server has counted."""

from django.http import Http404, HttpRequest, HttpResponse

from conversations import exposition


async def metrics(request: HttpRequest) -> HttpResponse:
    """Give the numbers of the process that happens to answer."""
    if not (await request.auser()).is_staff:
        raise Http404
    return HttpResponse(await exposition.exposition(), content_type=exposition.CONTENT_TYPE)

"""The addresses of the desk and of the API. One line a page; the views live with their subject."""

from __future__ import annotations

from django.urls import include, path

from lienlac.api.calls import api
from lienlac.site import stick
from lienlac.web.accounts.views import choose_language
from lienlac.web.mailroom import bundles
from lienlac.web.printing.views import verify, verify_report

handler500 = "lienlac.web.errors.unexpected"

urlpatterns = [
    path("api/v1/", api.urls),
    path("language", choose_language, name="set_language"),
    path("account/", include("lienlac.web.accounts.urls")),
    path("", include("lienlac.web.desk.urls")),
    path("", include("lienlac.web.health.urls")),
    path("reports/", include("lienlac.web.reports.urls")),
    path("verify/report/<slug:digest>", verify_report, name="verify_report"),
    path("verify/<slug:message_id>/<slug:digest>", verify, name="verify"),
    path("", include("lienlac.web.accounts.office_urls")),
    path("awake/", include("lienlac.web.hotline.urls")),
    path("post/", include("lienlac.web.mailroom.urls")),
    path("post/", include(bundles.addresses(stick))),
    path("directory/", include("lienlac.web.directory.urls")),
    path("enquiries/", include("lienlac.web.enquiries.urls")),
    path("names/", include("lienlac.web.names.urls")),
    path("records/", include("lienlac.web.records.urls")),
    path("candidates/", include("lienlac.web.screening.urls")),
]

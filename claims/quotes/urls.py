"""The address of the quote check, below /api/v1/."""

from django.urls import path

from claims.quotes.views import QuoteCheckViewSet

urlpatterns = [path("quotes/check/", QuoteCheckViewSet.as_view({"post": "check"}), name="quote-check")]

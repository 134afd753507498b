"""Addresses of the web pages, one list per audience."""

from trueup.desk.surfaces.web.account.urls import urlpatterns as account
from trueup.desk.surfaces.web.customer.urls import urlpatterns as customer
from trueup.desk.surfaces.web.desk.urls import urlpatterns as desk
from trueup.desk.surfaces.web.manage.urls import urlpatterns as manage
from trueup.desk.surfaces.web.portal.urls import urlpatterns as portal

urlpatterns = [*account, *portal, *customer, *desk, *manage]

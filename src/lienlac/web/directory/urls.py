"""Addresses of the directory's pages."""

from django.urls import path

from lienlac.web.directory import ceremony, incidents, keys, offices, partners, roots, standing

urlpatterns = [
    path("partners", partners.partners, name="partners"),
    path("partners/ours", ceremony.ours, name="our_card"),
    path("partners/ours/file", ceremony.ours_file, name="our_card_file"),
    path("partners/ours/paper", ceremony.ours_paper, name="our_card_paper"),
    path("partners/meet", ceremony.meet, name="partner_meet"),
    path("partners/of/<slug:code>", partners.partner, name="partner"),
    path("partners/of/<slug:code>/trust", ceremony.trust, name="partner_trust"),
    path("partners/of/<slug:code>/keys", keys.of_partner, name="partner_keys"),
    path("partners/of/<slug:code>/keys/<slug:kid>", keys.revoke, name="partner_key_revoke"),
    path("partners/of/<slug:code>/keys/<slug:kid>/doubted", keys.doubted, name="partner_key_doubted"),
    path("keys", keys.own, name="own_keys"),
    path("keys/renew/<slug:what>", keys.renew, name="own_keys_renew"),
    path("partners/of/<slug:code>/<slug:deed>", standing.deed, name="partner_deed"),
    path("incidents/<int:key>/close", incidents.close, name="incident_close"),
    path("lanes/<int:key>/thaw", incidents.thaw, name="lane_thaw"),
    path("states", roots.roots, name="state_roots"),
    path("states/meet", roots.meet, name="root_meet"),
    path("states/read", roots.read, name="directory_read"),
    path("states/<int:key>/trust", roots.trust, name="root_trust"),
    path("states/<int:key>/end", roots.end, name="root_end"),
    path("offices", offices.offices, name="offices"),
    path("offices/<str:code>", offices.office, name="office"),
    path("offices/<str:code>/change", offices.change, name="office_change"),
]

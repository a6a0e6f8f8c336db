"""The leader's page: one page, one A4 a month for each partner."""

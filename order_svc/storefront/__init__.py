"""The storefront: a site without a database that speaks to the services over HTTP."""

"""What the screens say in other languages: parts by area, joined to one catalog.

People write `locale/<language>/LC_MESSAGES/parts/<area>.po`; Django reads the one
`django.mo` beside them, which is made here, without gettext's programs.
"""

"""The seed's test script as a program: every story of the shop, told and checked."""

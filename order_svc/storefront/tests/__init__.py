"""Tests of the storefront, before services that answer as they are told."""

"""What tests of the books may ask for."""

from tests.shop import shop_company

__all__ = ["shop_company"]

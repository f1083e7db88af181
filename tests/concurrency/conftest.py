"""What stories may ask for."""

from tests.shop import shop, shop_company

__all__ = ["shop", "shop_company"]

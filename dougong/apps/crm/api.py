"""What other apps may ask of campaigns: their shape, for orders that came from one."""

from __future__ import annotations

from dougong.apps.crm.entities import Campaign, CampaignState

__all__ = ["Campaign", "CampaignState"]

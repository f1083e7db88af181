"""What people call the options of a choice, to be understood in sheets of any language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dougong.kernel.fields import Field
from dougong.kernel.messages import Messages


@dataclass(frozen=True)
class SpokenLabels:
    """Options by their labels in every language of the house."""

    messages: Messages

    def options(self, entity: str, field: Field) -> Mapping[str, str]:
        """Give option by label, in small letters."""
        return {
            self.messages.option(entity, field.name, option, locale).lower(): option
            for locale in self.messages.languages
            for option in field.options
        }

"""Budgets of what AI costs a tenant: amounts a month, of all tools together and of single ones."""

from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

MOST_TOOLS = 50
LARGEST = Decimal(1_000_000_000)


class Amounts(BaseModel):
    """US dollars a month; what is left out is not watched."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    warning: Decimal | None = Field(default=None, gt=0, le=LARGEST, allow_inf_nan=False)
    critical: Decimal | None = Field(default=None, gt=0, le=LARGEST, allow_inf_nan=False)

    @model_validator(mode="after")
    def _in_order(self) -> "Amounts":
        if self.warning is not None and self.critical is not None and self.critical <= self.warning:
            raise ValueError("the critical amount is above the warning")
        return self


class AiBudget(Amounts):
    tools: dict[str, Amounts] = Field(default_factory=dict, max_length=MOST_TOOLS)
    recommendations: bool = Field(default=True, description="Whether advice on costs is given.")

    @field_validator("tools")
    @classmethod
    def _named(cls, given: dict[str, Amounts]) -> dict[str, Amounts]:
        if any(not name.strip() or len(name) > 200 for name in given):
            raise ValueError("a tool has a name of at most 200 characters")
        return given

    def with_amounts(self, tool: str, amounts: Amounts) -> "AiBudget":
        """`tool` empty: of all together. Without any amount it is not watched any more."""
        empty = amounts.warning is None and amounts.critical is None
        if not tool:
            return AiBudget(tools=self.tools, recommendations=self.recommendations, **amounts.model_dump())
        others = {name: one for name, one in self.tools.items() if name.casefold() != tool.casefold()}
        tools = others if empty else {**others, tool: amounts}
        return AiBudget(warning=self.warning, critical=self.critical, tools=tools, recommendations=self.recommendations)

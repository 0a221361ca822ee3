"""What was found about issues: one analysis of each."""

from sqlalchemy import bindparam, select

from bot.model.analysis import Analysis
from bot.model.issue import IssueId
from storage import bodies, upsert
from storage.incident_tables import analyses
from storage.of_tenant import OfTenant
from storage.prepared import Prepared


class SqlAnalyses(OfTenant):
    async def add(self, analysis: Analysis) -> bool:
        row = {"tenant": self._tenant, "issue": analysis.issue, "body": bodies.analysis.dump(analysis)}
        return await upsert.add_if_absent(self._connection, analyses, row)

    async def of_issue(self, issue: IssueId) -> Analysis | None:
        body = await _OF.scalar(self._connection, tenant=self._tenant, issue=issue)
        return None if body is None else bodies.analysis.load(body)


_OF = Prepared(
    select(analyses.c.body).where(analyses.c.tenant == bindparam("tenant"), analyses.c.issue == bindparam("issue"))
)

"""Application profiles of a tenant."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, select

from bot.model.profile import Profile, ProfileId, spelt
from storage import bodies, upsert
from storage.of_tenant import OfTenant
from storage.prepared import Prepared
from storage.source_tables import profiles


class SqlProfiles(OfTenant):
    async def every(self) -> Sequence[Profile]:
        return [bodies.profile.load(body) for body in await _EVERY.scalars(self._connection, tenant=self._tenant)]

    async def get(self, profile: ProfileId) -> Profile | None:
        body = await _ONE.scalar(self._connection, tenant=self._tenant, id=profile)
        return None if body is None else bodies.profile.load(body)

    async def save(self, profile: Profile) -> None:
        row = {
            "tenant": self._tenant,
            "id": profile.id,
            "key": spelt(profile.name),
            "body": bodies.profile.dump(profile),
            "updated_at": profile.updated_at,
        }
        await upsert.save(self._connection, profiles, [row])

    async def remove(self, profile: ProfileId) -> bool:
        return await _REMOVE.change(self._connection, tenant=self._tenant, id=profile) == 1


_MINE = profiles.c.tenant == bindparam("tenant")
_IT = _MINE & (profiles.c.id == bindparam("id"))
_EVERY = Prepared(select(profiles.c.body).where(_MINE).order_by(profiles.c.key))
_ONE = Prepared(select(profiles.c.body).where(_IT))
_REMOVE = Prepared(delete(profiles).where(_IT))

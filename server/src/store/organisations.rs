//! Organisations, and who belongs to them.

use houselights_domain::StaffRole;
use houselights_shared::{OrganisationId, ParticipantId, PersonId, Timestamp};

use super::{MailState, Row, Statement, Store, StoreError, Value, invites::stored_role, mail_states, people::insert_person};
use crate::config::Founders;

/// Whoever holds events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Organisation {
    pub(crate) id: OrganisationId,
    pub(crate) name: String,
}

/// Somebody who belongs to an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) person: PersonId,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) role: StaffRole,
    pub(crate) since: Timestamp,
    /// What became of the last letter that told them of it.
    pub(crate) mail: Option<MailState>,
}

/// How a change of members ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MemberChange {
    /// With who they are in the rooms, where that is different now.
    Done(Vec<ParticipantId>),
    /// They are no member.
    NoMember,
    /// They are the last owner.
    LastOwner,
}

/// Organisations that one person may own.
pub(crate) const MOST_OWNED: i64 = 50;
/// Members that an organisation may have.
pub(crate) const MOST_MEMBERS: i64 = 500;
/// Events that an organisation may have, those in the trash among them.
pub(crate) const MOST_EVENTS: i64 = 5_000;

/// What came of making an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Founded {
    Yes(OrganisationId),
    /// The server lets others make them.
    NotTheirs,
    /// They own as many as anybody may.
    TooMany,
}

/// How adding a member ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Added {
    Yes,
    /// They belonged already.
    Before,
    /// There are as many as there may be.
    Full,
}

impl Store {
    /// Makes an organisation with its first owner, where that is theirs to do.
    pub(crate) async fn create_organisation(
        &self,
        owner: PersonId,
        name: &str,
        by: Founders,
        now: Timestamp,
    ) -> Result<Founded, StoreError> {
        let id = OrganisationId::random();
        // Whoever makes several at the same moment makes them one after the other, and so do those who would each be the first.
        let one_by_one = "UPDATE people SET name = name WHERE id = $1";
        let first = "INSERT INTO settings (name, value) VALUES ('founding', '') ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        let organisation = "INSERT INTO organisations (id, name, created_at) \
                            SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS BIGINT) WHERE CAST($4 AS BIGINT) = 1 \
                            OR NOT EXISTS (SELECT 1 FROM organisations) \
                            OR EXISTS (SELECT 1 FROM members WHERE person_id = $5 AND role = 'owner')";
        let member = "INSERT INTO members (organisation_id, person_id, role, created_at) \
                      SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), 'owner', CAST($3 AS BIGINT) \
                      WHERE (SELECT count(*) FROM members WHERE person_id = $2 AND role = 'owner') < CAST($4 AS BIGINT)";
        let is_free = match by {
            Founders::Anyone => true,
            Founders::Owners => false,
        };
        let values = vec![Value::id(&id), name.into(), now.into(), is_free.into(), Value::id(&owner)];
        let statements = vec![
            Statement::new(one_by_one, vec![Value::id(&owner)]).changing(1),
            Statement::new(first, Vec::new()),
            Statement::new(organisation, values).changing(1),
            Statement::new(member, vec![Value::id(&id), Value::id(&owner), now.into(), MOST_OWNED.into()]).changing(1),
        ];
        match self.db.write(statements).await {
            Ok(_) => Ok(Founded::Yes(id)),
            Err(StoreError::Unmet(2)) => Ok(Founded::NotTheirs),
            Err(StoreError::Unmet(3)) => Ok(Founded::TooMany),
            Err(error) => Err(error),
        }
    }

    /// Whether making an organisation is theirs to do, however many they own.
    pub(crate) async fn may_found(&self, person: PersonId, by: Founders) -> Result<bool, StoreError> {
        let sql = "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM organisations) \
                   OR EXISTS (SELECT 1 FROM members WHERE person_id = $1 AND role = 'owner')";
        match by {
            Founders::Anyone => Ok(true),
            Founders::Owners => Ok(!self.db.read(Statement::new(sql, vec![Value::id(&person)])).await?.is_empty()),
        }
    }

    /// The organisations with these ids.
    pub(crate) async fn organisations(
        &self,
        ids: impl IntoIterator<Item = OrganisationId>,
    ) -> Result<Vec<Organisation>, StoreError> {
        let ids = ids.into_iter().map(|id| Value::id(&id));
        let rows = self.db.read(Statement::listing("SELECT id, name FROM organisations WHERE id IN ({list})", Vec::new(), ids));
        rows.await?.iter().map(|row| Ok(Organisation { id: row.parsed(0)?, name: row.text(1)?.to_owned() })).collect()
    }

    /// Gives an organisation another name.
    pub(crate) async fn rename_organisation(&self, id: OrganisationId, name: &str) -> Result<(), StoreError> {
        let statement = Statement::new("UPDATE organisations SET name = $1 WHERE id = $2", vec![name.into(), Value::id(&id)]);
        self.db.write(vec![statement]).await.map(drop)
    }

    /// Where a person belongs, and as what: the oldest first.
    pub(crate) async fn memberships_of(&self, person: PersonId) -> Result<Vec<(OrganisationId, StaffRole)>, StoreError> {
        let sql = "SELECT organisation_id, role FROM members WHERE person_id = $1 ORDER BY organisation_id";
        let rows = self.db.read(Statement::new(sql, vec![Value::id(&person)])).await?;
        rows.iter().map(|row| Ok((row.parsed(0)?, read_staff(row.text(1)?)?))).collect()
    }

    /// Who belongs to each of these organisations, the oldest first.
    pub(crate) async fn members_of(
        &self,
        organisations: impl IntoIterator<Item = OrganisationId>,
    ) -> Result<Vec<(OrganisationId, Member)>, StoreError> {
        let sql = "SELECT p.id, p.name, p.email, m.role, m.created_at, m.organisation_id, \
                   (SELECT o.state FROM outbox o WHERE o.event_id IS NULL AND o.recipient = p.email \
                   AND o.id LIKE 'member:' || m.organisation_id || ':%' AND o.state IN ('queued', 'sent', 'failed', 'bounced') \
                   ORDER BY o.created_at DESC, o.id DESC LIMIT 1) FROM members m JOIN people p ON p.id = m.person_id \
                   WHERE m.organisation_id IN ({list}) ORDER BY m.created_at, p.id";
        let organisations = organisations.into_iter().map(|id| Value::id(&id));
        let rows = self.db.read(Statement::listing(sql, Vec::new(), organisations)).await?;
        rows.iter().map(|row| Ok((row.parsed(5)?, member(row)?))).collect()
    }

    /// Adds somebody by their address, and stores the mail that tells them. Whoever belongs already stays what they are and is not told.
    pub(crate) async fn add_member(
        &self,
        organisation: OrganisationId,
        (email, name, role): (&str, &str, StaffRole),
        mail: Statement,
        now: Timestamp,
    ) -> Result<Added, StoreError> {
        let room = "UPDATE organisations SET name = name WHERE id = $1 \
                    AND (SELECT count(*) FROM members WHERE organisation_id = $1) < $2";
        let room = Statement::new(room, vec![Value::id(&organisation), MOST_MEMBERS.into()]).changing(1);
        let member = "INSERT INTO members (organisation_id, person_id, role, created_at) \
                      SELECT $1, id, $2, CAST($3 AS BIGINT) FROM people WHERE email = $4 \
                      ON CONFLICT (organisation_id, person_id) DO NOTHING";
        let values = vec![Value::id(&organisation), stored_staff(role).into(), now.into(), email.into()];
        let added = Statement::new(member, values).changing(1);
        match self.db.write(vec![held(organisation), insert_person(email, name, now), room, added, mail]).await {
            Ok(_) => Ok(Added::Yes),
            Err(StoreError::Unmet(2)) => Ok(Added::Full),
            Err(StoreError::Unmet(_)) => Ok(Added::Before),
            Err(error) => Err(error),
        }
    }

    /// Gives a member another role, or with none takes them out: in the rooms, too. The last owner stays one.
    pub(crate) async fn change_member(
        &self,
        organisation: OrganisationId,
        person: PersonId,
        role: Option<StaffRole>,
    ) -> Result<MemberChange, StoreError> {
        // Two owners who take each other out at the same moment meet here, one after the other.
        let lock = held(organisation);
        let ids = || vec![Value::id(&organisation), Value::id(&person)];
        let change = match role {
            Some(role) => {
                let mut values = ids();
                values.push(stored_staff(role).into());
                Statement::new("UPDATE members SET role = $3 WHERE organisation_id = $1 AND person_id = $2", values)
            }
            None => Statement::new("DELETE FROM members WHERE organisation_id = $1 AND person_id = $2", ids()),
        };
        let owned = "UPDATE organisations SET name = name WHERE id = $1 \
                     AND EXISTS (SELECT 1 FROM members WHERE organisation_id = $1 AND role = 'owner')";
        let owned = Statement::new(owned, vec![Value::id(&organisation)]);
        let mut statements = vec![lock, change.changing(1), owned.changing(1)];
        let at_owned = statements.len() - 1;
        statements.extend(in_rooms(organisation, person, role));
        match self.db.write(statements).await {
            // Of statements that tell nothing there are none; what is left is who they are.
            Ok(answers) => Ok(MemberChange::Done(answers.iter().flatten().map(|row| row.parsed(0)).collect::<Result<_, _>>()?)),
            Err(StoreError::Unmet(1)) => Ok(MemberChange::NoMember),
            Err(StoreError::Unmet(at)) if at == at_owned => Ok(MemberChange::LastOwner),
            Err(error) => Err(error),
        }
    }
}

/// Whoever adds to an organisation does so one after the other: what is counted in a statement behind this one is counted after the others'
/// writes. (In PostgreSQL a statement that waited for a row counts as of when it began to wait.)
fn held(organisation: OrganisationId) -> Statement {
    Statement::new("UPDATE organisations SET name = name WHERE id = $1", vec![Value::id(&organisation)])
}

/// That an organisation may have one more event: the second of them demands it.
pub(super) fn has_room_for_event(organisation: OrganisationId) -> [Statement; 2] {
    let sql = "UPDATE organisations SET name = name WHERE id = $1 \
               AND (SELECT count(*) FROM events WHERE organisation_id = $1) < $2";
    [held(organisation), Statement::new(sql, vec![Value::id(&organisation), MOST_EVENTS.into()]).changing(1)]
}

/// What a member is in the rooms of the organisation's events, and how they come in, once they have another role or none. It tells who they are
/// there, where that is different.
fn in_rooms(organisation: OrganisationId, person: PersonId, role: Option<StaffRole>) -> Vec<Statement> {
    macro_rules! them {
        () => {
            "(SELECT p.id FROM participants p JOIN events e ON e.id = p.event_id WHERE e.organisation_id = $1 AND p.person_id = $2 \
             AND p.role IN ('moderator', 'producer', 'organizer'))"
        };
    }
    let ids = || vec![Value::id(&organisation), Value::id(&person)];
    let Some(role) = role else {
        let over = concat!("DELETE FROM logins WHERE participant_id IN ", them!());
        let uninvited = concat!("DELETE FROM invites WHERE participant_id IN ", them!());
        let told = concat!("UPDATE participants SET role = role WHERE id IN ", them!(), " RETURNING id");
        return [over, uninvited, told].map(|sql| Statement::new(sql, ids())).into();
    };
    let with_role = || ids().into_iter().chain([stored_role(role.in_rooms()).into()]).collect();
    // Links that were made for another role are over.
    let uninvited = concat!("DELETE FROM invites WHERE role <> $3 AND participant_id IN ", them!());
    let changed = concat!("UPDATE participants SET role = $3 WHERE role <> $3 AND id IN ", them!(), " RETURNING id");
    [uninvited, changed].map(|sql| Statement::new(sql, with_role())).into()
}

/// How a role is stored.
pub(crate) const fn stored_staff(role: StaffRole) -> &'static str {
    match role {
        StaffRole::Owner => "owner",
        StaffRole::Organizer => "organizer",
        StaffRole::Producer => "producer",
        StaffRole::Moderator => "moderator",
    }
}

fn read_staff(stored: &str) -> Result<StaffRole, StoreError> {
    let found = StaffRole::ALL.into_iter().find(|role| stored_staff(*role) == stored);
    found.ok_or(StoreError::Corrupt("a role of a member"))
}

fn member(row: &Row) -> Result<Member, StoreError> {
    Ok(Member {
        person: row.parsed(0)?,
        name: row.text(1)?.to_owned(),
        email: row.text(2)?.to_owned(),
        role: read_staff(row.text(3)?)?,
        since: row.at(4)?,
        mail: row.maybe::<String>(6)?.as_deref().map(mail_states::read).transpose()?,
    })
}

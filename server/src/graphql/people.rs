//! Who is signed in, and on which devices.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use houselights_shared::{OrganisationId, PersonId};

use super::{
    error::Denial,
    guard::{app, viewer},
    input,
    loaders::loaded,
    organisations::{Organisation, StaffRole},
};
use crate::{clock, store};

/// Someone with an address.
pub(crate) struct Person(store::Person);

/// Somebody's place in an organisation.
pub(crate) struct Membership {
    organisation: OrganisationId,
    role: StaffRole,
}

/// A sign-in on a device.
#[derive(SimpleObject)]
pub(crate) struct PersonLogin {
    id: ID,
    /// What the device calls itself.
    device: String,
    created_at: DateTime<Utc>,
    /// To within ten minutes.
    used_at: DateTime<Utc>,
    /// Whether it is the one that asks.
    is_current: bool,
}

#[Object]
impl Person {
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    async fn email(&self) -> &str {
        &self.0.email
    }

    /// As they call themselves; empty until they said it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Where they belong.
    #[graphql(complexity = "10 * child_complexity + 1")]
    async fn memberships(&self, context: &Context<'_>) -> Result<Vec<Membership>> {
        let memberships = viewer(context)?.memberships(app(context)?, self.0.id).await?;
        Ok(memberships
            .iter()
            .map(|(organisation, role)| Membership { organisation: *organisation, role: (*role).into() })
            .collect())
    }

    /// Whether this server lets them make an organisation.
    async fn may_make_organisation(&self, context: &Context<'_>) -> Result<bool> {
        let app = app(context)?;
        Ok(app.store.may_found(self.0.id, app.config.organisations_by).await.map_err(Denial::from)?)
    }

    /// Where they are signed in, the newest first.
    async fn logins(&self, context: &Context<'_>) -> Result<Vec<PersonLogin>> {
        let current = viewer(context)?.person()?.id;
        let logins = app(context)?.store.logins_of(self.0.id, clock::now()).await.map_err(Denial::from)?;
        let shown = logins.into_iter().map(|login| PersonLogin {
            id: login.id.to_string().into(),
            created_at: input::shown(login.created_at),
            used_at: input::shown(login.used_at),
            is_current: login.id == current,
            device: login.device,
        });
        Ok(shown.collect())
    }
}

#[Object]
impl Membership {
    async fn organisation(&self, context: &Context<'_>) -> Result<Organisation> {
        Organisation::load(context, self.organisation).await
    }

    async fn role(&self) -> StaffRole {
        self.role
    }
}

impl Person {
    /// What others read: their name, or else their address.
    pub(super) fn called(&self) -> &str {
        if self.0.name.is_empty() { &self.0.email } else { &self.0.name }
    }

    /// What those in the rooms of an event read: never an address.
    pub(super) fn called_in_rooms(&self) -> &str {
        if self.0.name.is_empty() { self.0.email.split('@').next().unwrap_or_default() } else { &self.0.name }
    }

    pub(super) async fn load(context: &Context<'_>, id: PersonId) -> Result<Self> {
        let found = loaded(context, id).await?;
        Ok(Self(found.ok_or_else(Denial::not_found)?))
    }
}

#[derive(Default)]
pub(crate) struct PeopleQuery;

#[Object]
impl PeopleQuery {
    /// Who asks; nobody where nobody is signed in, or an integrator asks.
    async fn me(&self, context: &Context<'_>) -> Result<Option<Person>> {
        match viewer(context)?.maybe_person() {
            Some(login) => Person::load(context, login.person).await.map(Some),
            None => Ok(None),
        }
    }
}

#[derive(Default)]
pub(crate) struct PeopleMutation;

#[Object]
impl PeopleMutation {
    /// Says how one is called.
    async fn rename_me(&self, context: &Context<'_>, name: String) -> Result<Person> {
        let (app, me) = (app(context)?, viewer(context)?.person()?.person);
        let name = input::title("name", &name)?;
        app.store.rename_person(me, &name).await.map_err(Denial::from)?;
        Person::load(context, me).await
    }

    /// Ends a sign-in of one's own, and what it opened: the rooms that one went into with it.
    async fn revoke_login(&self, context: &Context<'_>, id: ID) -> Result<Person> {
        let (app, me) = (app(context)?, viewer(context)?.person()?.person);
        let opened = app.store.revoke_login(me, input::id(&id)?).await.map_err(Denial::from)?;
        app.close(&opened.ok_or_else(Denial::not_found)?);
        Person::load(context, me).await
    }

    /// Ends all sign-ins of one's own but the one that asks, and what they opened.
    async fn revoke_other_logins(&self, context: &Context<'_>) -> Result<Person> {
        let (app, login) = (app(context)?, viewer(context)?.person()?);
        app.close(&app.store.revoke_other_logins(login.person, login.id).await.map_err(Denial::from)?);
        Person::load(context, login.person).await
    }
}

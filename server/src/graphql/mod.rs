//! The API: organisations, events and all that belongs to them, as GraphQL at `/graphql`.
//!
//! One file a feature: its types, queries and mutations. Every query and mutation begins in [`guard`], takes its arguments through [`input`],
//! and is refused with a code of [`error`]. Types read what belongs to them through [`loaders`], so that the number of SQL statements of a
//! request does not grow with its rows. The schema is committed as `server/schema.graphql`.

#![allow(
    clippy::too_many_arguments,
    clippy::unused_async,
    reason = "a field has the arguments that the API has, and is resolved like all others"
)]

mod agenda;
mod api_keys;
mod bans;
mod budget;
mod codes;
mod endpoint;
mod erasure;
mod error;
mod event_facts;
mod events;
mod guard;
mod images;
pub(crate) mod input;
mod introspection;
mod life;
mod limits;
mod loaders;
mod my_registrations;
mod organisations;
mod page_theme;
mod paged;
mod pages;
mod people;
mod persisted;
mod prices;
mod public_agenda;
mod public_events;
mod questions;
mod registrations;
mod reports;
mod sales;
mod sessions;
mod show_plan;
mod speaker_letters;
mod speakers;
mod sums;
mod templates;
mod tickets;
mod trash;
mod webhooks;

use std::sync::Arc;

use async_graphql::{
    BatchRequest, BatchResponse, EmptySubscription, MergedObject, Request, Response, SchemaBuilder, dataloader::DataLoader,
};

pub(crate) use endpoint::{MAX_BODY_BYTES, by_post_alone, post, too_slow, who};
pub(crate) use error::{Code, Denial};
pub(crate) use guard::Viewer;

use crate::app::App;

/// Everything that is read.
#[derive(MergedObject, Default)]
#[graphql(name = "Query")]
pub(crate) struct Query(
    people::PeopleQuery,
    organisations::OrganisationsQuery,
    events::EventsQuery,
    templates::TemplatesQuery,
    public_events::PublicEventsQuery,
    page_theme::PageThemeQuery,
    my_registrations::MyRegistrationsQuery,
);

/// Everything that is changed.
#[derive(MergedObject, Default)]
#[graphql(name = "Mutation")]
pub(crate) struct Mutation(
    people::PeopleMutation,
    organisations::OrganisationsMutation,
    events::EventsMutation,
    api_keys::ApiKeysMutation,
    webhooks::WebhooksMutation,
    life::LifeMutation,
    show_plan::ShowPlanMutation,
    templates::TemplatesMutation,
    agenda::AgendaMutation,
    sessions::SessionsMutation,
    speakers::SpeakersMutation,
    trash::TrashMutation,
    tickets::TicketsMutation,
    codes::CodesMutation,
    questions::QuestionsMutation,
    registrations::RegistrationsMutation,
    bans::BansMutation,
    my_registrations::MyRegistrationsMutation,
    erasure::ErasureMutation,
);

type Schema = async_graphql::Schema<Query, Mutation, EmptySubscription>;

/// The API of a running server. What each request goes through stands here and not in extensions of the library, which are asked for every field of
/// every row.
pub(crate) struct Api {
    schema: Schema,
    persisted: persisted::Persisted,
}

impl Api {
    /// Over a running server.
    pub(crate) fn of(app: &Arc<App>) -> Self {
        let tasks = app.tasks.clone();
        let loader = DataLoader::new(loaders::Loader(app.store.clone()), move |load| drop(tasks.spawn(load)));
        let built = builder().data(Arc::clone(app)).data(loader).limit_complexity(limits::COMPLEXITY).disable_suggestions();
        let schema = if app.config.graphql_introspection { built.finish() } else { built.disable_introspection().finish() };
        Self { schema, persisted: persisted::Persisted::default() }
    }

    /// Answers all requests of a batch at once.
    pub(crate) async fn execute_batch(&self, app: &App, batch: BatchRequest) -> BatchResponse {
        match batch {
            BatchRequest::Single(request) => BatchResponse::Single(self.execute(app, request).await),
            BatchRequest::Batch(requests) => {
                let all = requests.into_iter().map(|request| self.execute(app, request));
                BatchResponse::Batch(futures_util::future::join_all(all).await)
            }
        }
    }

    async fn execute(&self, app: &App, mut request: Request) -> Response {
        let admitted = self.persisted.completed(app, &mut request).and_then(|kept| {
            limits::admit(&mut request)?;
            if !app.config.graphql_introspection {
                introspection::refuse(request.parsed_query()?)?;
            }
            Ok(kept)
        });
        let answer = match admitted {
            Ok(candidate) => {
                let answer = self.schema.execute(request).await;
                if let Some(candidate) = candidate {
                    self.persisted.keep(candidate, &answer);
                }
                answer
            }
            Err(refusal) => Response::from_errors(vec![refusal]),
        };
        limits::told(answer)
    }
}

fn builder() -> SchemaBuilder<Query, Mutation, EmptySubscription> {
    async_graphql::Schema::build(Query::default(), Mutation::default(), EmptySubscription)
}

/// The schema in the language of schemas, as it is committed.
pub fn sdl() -> String {
    builder().finish().sdl()
}

//! Events with tickets, for tests that register, pay and cancel.

use serde_json::{Value, json};

use crate::{
    api::{Api, ApiError, text},
    server::TestServer,
};

/// An event that is published, and its organizer.
pub struct Sale {
    /// Who organises it.
    pub organizer: Api,
    /// Its id.
    pub event: String,
    /// The end of its page's address.
    pub slug: String,
}

impl Sale {
    /// A new one, without any tickets or questions.
    pub async fn of(server: &TestServer) -> Self {
        let organizer = server.person("organizer@example.com").await;
        let event = organizer.event(&organizer.organisation("The Globe").await, "panel").await;
        let document = "mutation($id: ID!) { publishEvent(id: $id) { slug tickets { id } questions { id } } }";
        let published = organizer.ask(document, json!({ "id": event })).await["publishEvent"].clone();
        for (field, mutation) in [("tickets", "deleteTicketType"), ("questions", "deleteQuestion")] {
            for part in published[field].as_array().expect("a list") {
                let document = format!("mutation($id: ID!) {{ {mutation}(id: $id) {{ id }} }}");
                organizer.ask(&document, json!({ "id": part["id"] })).await;
            }
        }
        Self { organizer, event, slug: text(&published["slug"]) }
    }

    /// The doors open.
    pub async fn start(&self) {
        self.organizer.ask("mutation($id: ID!) { startEvent(id: $id) { id } }", json!({ "id": self.event })).await;
    }

    /// The id of the only organisation of whoever organises it.
    pub async fn organisation(&self) -> String {
        let me = self.organizer.ask("{ me { memberships { organisation { id } } } }", json!({})).await;
        text(&me["me"]["memberships"][0]["organisation"]["id"])
    }

    /// Makes a kind of ticket: its id. What is given comes over a free one of which there are as many as like.
    pub async fn ticket(&self, given: Value) -> String {
        let mut ticket = json!({ "title": "Seat", "amount": 0, "currency": "EUR", "waitingList": true });
        let (Value::Object(all), Value::Object(given)) = (&mut ticket, given) else { panic!("not an object") };
        all.extend(given);
        let document =
            "mutation($event: ID!, $ticket: NewTicketType!) { createTicketType(event: $event, ticket: $ticket) { id } }";
        let made = self.organizer.ask(document, json!({ "event": self.event, "ticket": ticket })).await;
        text(&made["createTicketType"]["id"])
    }

    /// Somebody registers: the state, and where to pay.
    pub async fn register(&self, who: &Api, ticket: &str, email: &str) -> Result<(String, Option<String>), ApiError> {
        self.register_with(who, json!({ "ticket": ticket, "name": "Vera", "email": email })).await
    }

    /// As [`register`](Self::register), with all that can be given.
    pub async fn register_with(&self, who: &Api, registration: Value) -> Result<(String, Option<String>), ApiError> {
        let document = "mutation($event: ID!, $registration: NewRegistration!) \
                        { register(event: $event, registration: $registration) { state checkoutUrl } }";
        let answer = who.try_ask(document, json!({ "event": self.event, "registration": registration })).await?;
        let done = &answer["register"];
        Ok((text(&done["state"]), done["checkoutUrl"].as_str().map(str::to_owned)))
    }

    /// The newest registration of this address, as the organisation sees it.
    pub async fn registration(&self, email: &str) -> Value {
        let document = "query($id: ID!, $search: String) { event(id: $id) { registrations(search: $search) { nodes: edges { node \
                        { id name email state mail usedAt paid { amount currency } ticket { id taken } answers { question { label } values } } } } } }";
        let seen = self.organizer.ask(document, json!({ "id": self.event, "search": email })).await;
        seen["event"]["registrations"]["nodes"][0]["node"].clone()
    }

    /// Something done to a registration by the organisation.
    pub async fn change(&self, mutation: &str, registration: &Value) -> Result<String, ApiError> {
        let document = format!("mutation($id: ID!) {{ {mutation}(id: $id) {{ state }} }}");
        let answer = self.organizer.try_ask(&document, json!({ "id": registration["id"] })).await?;
        Ok(text(&answer[mutation]["state"]))
    }

    /// How many seats are taken: of the event, of its tickets together, and how many are held or had.
    pub async fn taken(&self) -> (i64, i64, i64) {
        let document = "query($id: ID!) { event(id: $id) { registered tickets { taken } sales { confirmed pending } } }";
        let event = self.organizer.ask(document, json!({ "id": self.event })).await["event"].clone();
        let number = |value: &Value| value.as_i64().expect("a number");
        let of_tickets = event["tickets"].as_array().expect("a list").iter().map(|ticket| number(&ticket["taken"])).sum();
        let rows = number(&event["sales"]["confirmed"]) + number(&event["sales"]["pending"]);
        (number(&event["registered"]), of_tickets, rows)
    }
}

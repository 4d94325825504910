//! What every engine has to do alike for integrators; see [`conformance`](super::conformance).

use std::time::Duration;

use houselights_domain::Scope;
use houselights_shared::{ApiKeyId, NoticeId, OrganisationId, PersonId, Timestamp, WebhookId};

use super::{
    ApiKey, Belonging, Confirmation, Database, DeliveryState, Handed, MOST_KEYS, NewOidcSignIn, OidcSignIn, SignIn, Statement,
    Store, Vouched, Webhook, announce,
    conformance::{new_organisation, on_both, open},
    device_hash,
    postgres::cluster,
};
use crate::webhooks::{Notice, WebhookKind};

const NOW: Timestamp = Timestamp::from_micros(1_000_000_000);

on_both! {
    a_key_is_known_until_it_is_revoked_and_its_use_is_noted_every_ten_minutes,
    an_organisation_has_no_more_keys_than_it_may_however_many_ask_at_once,
    a_notice_goes_to_the_webhooks_of_its_organisation_that_want_to_know,
    each_webhook_is_told_one_thing_at_a_time_the_oldest_first,
    a_delivery_that_failed_waits_and_so_do_others_for_a_moment,
    what_is_listed_of_webhooks_is_by_page_and_counted,
    an_account_leads_to_the_same_person_whatever_its_address_is_later,
    a_state_is_taken_once_and_in_time,
}

async fn organisation(store: &Store, name: &str) -> OrganisationId {
    let id = PersonId::random();
    let person = "INSERT INTO people (id, email, name, created_at) VALUES ($1, $2, '', 0)";
    let values = vec![id.to_string().into(), format!("{id}@example.com").into()];
    store.db.write(vec![Statement::new(person, values)]).await.unwrap();
    new_organisation(store, id, name).await
}

fn key(name: &str) -> ApiKey {
    let scopes = vec![Scope::EventsRead, Scope::PeopleWrite];
    ApiKey { id: ApiKeyId::random(), name: name.to_owned(), scopes, created_at: NOW, used_at: None }
}

async fn a_key_is_known_until_it_is_revoked_and_its_use_is_noted_every_ten_minutes(store: Store) {
    let globe = organisation(&store, "The Globe").await;
    let key = key("Ticket office");
    assert!(store.create_api_key(globe, &key, "hk_open").await.unwrap());
    assert_eq!(store.api_keys_of([globe]).await.unwrap(), [(globe, key.clone())]);
    let used = async |minutes: u64| {
        let at = NOW.plus(Duration::from_mins(minutes));
        assert_eq!(store.api_key("hk_open", at).await.unwrap(), Some((globe, key.scopes.clone())));
        store.api_keys_of([globe]).await.unwrap()[0].1.used_at.unwrap().since(NOW)
    };
    assert_eq!(used(0).await, Duration::ZERO);
    assert_eq!(used(9).await, Duration::ZERO);
    assert_eq!(used(11).await, Duration::from_mins(11));
    assert_eq!(store.api_key("hk_other", NOW).await.unwrap(), None);
    assert!(store.revoke_api_key(key.id, NOW).await.unwrap());
    assert!(!store.revoke_api_key(key.id, NOW).await.unwrap());
    assert_eq!(store.api_key("hk_open", NOW).await.unwrap(), None);
    assert_eq!(store.organisation_of(Belonging::ApiKey, &key.id.to_string()).await.unwrap(), None);
}

async fn an_organisation_has_no_more_keys_than_it_may_however_many_ask_at_once(store: Store) {
    let globe = organisation(&store, "The Globe").await;
    let add = async |number: i64| store.create_api_key(globe, &key("k"), &format!("hk_{number}")).await.unwrap();
    let made = futures_util::future::join_all((0..MOST_KEYS + 10).map(add)).await;
    assert_eq!(made.into_iter().filter(|made| *made).count(), usize::try_from(MOST_KEYS).unwrap());
    let one = store.api_keys_of([globe]).await.unwrap()[0].1.id;
    store.revoke_api_key(one, NOW).await.unwrap();
    assert!(store.create_api_key(globe, &key("k"), "hk_again").await.unwrap());
}

async fn webhook(store: &Store, organisation: OrganisationId, kinds: &[WebhookKind]) -> WebhookId {
    let url = "https://a.test/".to_owned();
    let webhook = Webhook { id: WebhookId::random(), url, kinds: kinds.to_vec(), created_at: NOW };
    assert!(store.create_webhook(organisation, &webhook, "whsec_ours").await.unwrap());
    webhook.id
}

fn notice(organisation: OrganisationId, kind: WebhookKind, body: &str) -> Notice {
    Notice { id: NoticeId::random(), organisation, kind, body: body.to_owned(), at: NOW }
}

async fn tell(store: &Store, organisation: OrganisationId, body: &str) {
    let notice = notice(organisation, WebhookKind::EventChanged, body);
    store.db.write(vec![announce(&notice)]).await.unwrap();
}

async fn a_notice_goes_to_the_webhooks_of_its_organisation_that_want_to_know(store: Store) {
    use WebhookKind::{EventChanged, EventPublished, RegistrationRefunded};
    let (globe, rose) = (organisation(&store, "The Globe").await, organisation(&store, "The Rose").await);
    let both = webhook(&store, globe, &[EventPublished, EventChanged]).await;
    let changed = webhook(&store, globe, &[EventChanged]).await;
    let gone = webhook(&store, globe, &[EventChanged]).await;
    webhook(&store, rose, &[EventChanged]).await;
    assert!(store.delete_webhook(gone, NOW).await.unwrap());
    assert!(!store.delete_webhook(gone, NOW).await.unwrap());
    let news = notice(globe, EventChanged, "{}");
    store.db.write(vec![announce(&news), announce(&notice(globe, RegistrationRefunded, "{}"))]).await.unwrap();
    let told = store.take_deliveries([], 10, NOW).await.unwrap();
    let mut ids: Vec<_> = told.iter().map(|parcel| parcel.id.clone()).collect();
    ids.sort();
    let mut wanted = [format!("{both}:{}", news.id), format!("{changed}:{}", news.id)];
    wanted.sort();
    assert_eq!(ids, wanted);
    let parcel = &told[0];
    assert_eq!((parcel.url.as_str(), parcel.secret.as_str(), parcel.attempt), ("https://a.test/", "whsec_ours", 1));
    assert_eq!(store.organisation_of(Belonging::Delivery, &parcel.id).await.unwrap(), Some(globe));
}

async fn each_webhook_is_told_one_thing_at_a_time_the_oldest_first(store: Store) {
    let globe = organisation(&store, "The Globe").await;
    let kinds = [WebhookKind::EventChanged];
    let (one, two) = (webhook(&store, globe, &kinds).await, webhook(&store, globe, &kinds).await);
    for body in ["1", "2"] {
        tell(&store, globe, body).await;
    }
    assert_eq!(store.next_delivery([]).await.unwrap(), Some(NOW));
    let first = store.take_deliveries([two], 10, NOW).await.unwrap();
    assert_eq!(first.iter().map(|parcel| (parcel.webhook, parcel.body.as_str())).collect::<Vec<_>>(), [(one, "1")]);
    let second = store.take_deliveries([one], 10, NOW).await.unwrap();
    assert_eq!(second.iter().map(|parcel| (parcel.webhook, parcel.body.as_str())).collect::<Vec<_>>(), [(two, "1")]);
    assert!(store.take_deliveries([one, two], 10, NOW).await.unwrap().is_empty());
    assert_eq!(store.next_delivery([one, two]).await.unwrap(), None);
    store.delivery_handed(&first[0], Handed { status: Some(200), failed: None }, NOW).await.unwrap();
    assert_eq!(store.take_deliveries([two], 10, NOW).await.unwrap()[0].body, "2");
    assert_eq!(store.delivery(&first[0].id).await.unwrap().unwrap().state, DeliveryState::Delivered);
}

async fn a_delivery_that_failed_waits_and_so_do_others_for_a_moment(store: Store) {
    let globe = organisation(&store, "The Globe").await;
    let hook = webhook(&store, globe, &[WebhookKind::EventChanged]).await;
    tell(&store, globe, "1").await;
    tell(&store, globe, "2").await;
    let first = store.take_deliveries([], 10, NOW).await.unwrap().remove(0);
    let again = NOW.plus(Duration::from_mins(1));
    let failed = Handed { status: Some(500), failed: Some(("no".to_owned(), Some(again))) };
    store.delivery_handed(&first, failed, NOW).await.unwrap();
    assert!(store.take_deliveries([], 10, NOW.plus(Duration::from_secs(4))).await.unwrap().is_empty());
    let rested = NOW.plus(Duration::from_secs(5));
    let second = store.take_deliveries([], 10, rested).await.unwrap();
    assert_eq!(second.iter().map(|parcel| parcel.body.as_str()).collect::<Vec<_>>(), ["2"]);
    let seen = store.delivery(&first.id).await.unwrap().unwrap();
    assert_eq!((seen.state, seen.attempts, seen.response_status), (DeliveryState::Queued, 1, Some(500)));
    let last = store.take_deliveries([hook], 10, again).await.unwrap();
    assert!(last.is_empty());
    let given_up = store.take_deliveries([], 10, again).await.unwrap().remove(0);
    assert_eq!((given_up.body.as_str(), given_up.attempt), ("1", 2));
    store.delivery_handed(&given_up, Handed { status: None, failed: Some(("no".to_owned(), None)) }, again).await.unwrap();
    assert_eq!(store.delivery(&first.id).await.unwrap().unwrap().state, DeliveryState::Failed);
    // What was asked for anew meanwhile is not overwritten by an attempt of before.
    assert!(store.retry_delivery(&first.id, again).await.unwrap());
    store.delivery_handed(&given_up, Handed { status: Some(200), failed: None }, again).await.unwrap();
    assert_eq!(store.delivery(&first.id).await.unwrap().unwrap().state, DeliveryState::Queued);
    store.delete_webhook(hook, again).await.unwrap();
    assert_eq!(store.delivery(&first.id).await.unwrap().unwrap().state, DeliveryState::Failed);
    store.forget_deliveries(NOW.plus(Duration::from_micros(1))).await.unwrap();
    assert!(store.delivery(&first.id).await.unwrap().is_none());
}

async fn what_is_listed_of_webhooks_is_by_page_and_counted(store: Store) {
    let globe = organisation(&store, "The Globe").await;
    let kinds = [WebhookKind::EventChanged];
    let (one, two) = (webhook(&store, globe, &kinds).await, webhook(&store, globe, &kinds).await);
    let quiet = webhook(&store, globe, &[WebhookKind::EventPublished]).await;
    for body in ["1", "2", "3"] {
        tell(&store, globe, body).await;
    }
    let page = store.deliveries_of([one, two, quiet], (None, 2)).await.unwrap();
    let of =
        |hook| page.iter().filter(|delivery| delivery.webhook == hook).map(|delivery| delivery.id.clone()).collect::<Vec<_>>();
    assert_eq!((of(one).len(), of(two).len(), of(quiet).len()), (2, 2, 0));
    assert!(of(one)[0] > of(one)[1]);
    let rest = store.deliveries_of([one], (Some(of(one)[1].as_str()), 2)).await.unwrap();
    assert_eq!(rest.len(), 1);
    assert!(rest[0].id < of(one)[1] && rest[0].webhook == one);
    let mut counted = store.count_deliveries([one, two, quiet]).await.unwrap();
    counted.sort();
    let mut wanted = [(one, 3), (two, 3)];
    wanted.sort();
    assert_eq!(counted, wanted);
}

fn underway(device: &str) -> OidcSignIn {
    let text = |of: &str| format!("{of}-{device}");
    OidcSignIn { nonce: text("n"), verifier: text("v"), device_hash: device_hash(device), device: "Laptop".to_owned() }
}

async fn an_account_leads_to_the_same_person_whatever_its_address_is_later(store: Store) {
    let account = |email: Option<&str>| Vouched {
        issuer: "https://accounts.test".to_owned(),
        subject: "ada".to_owned(),
        email: email.map(str::to_owned),
        name: "Ada".to_owned(),
    };
    let sign_in = async |device: &str, vouched: &Vouched| {
        let secret = format!("secret-{device}");
        if !store.vouched_oidc(&underway(device), vouched, (&secret, NOW)).await.unwrap() {
            return None;
        }
        let asked = store.sign_in(&secret).await.unwrap().unwrap();
        let confirmed = |device_secret| Confirmation {
            secret: &secret,
            device_secret,
            token: device,
            now: NOW,
            expires: NOW.plus(Duration::from_hours(1)),
        };
        assert_eq!(store.confirm_sign_in(&asked, confirmed("another")).await.unwrap(), None);
        store.confirm_sign_in(&asked, confirmed(device)).await.unwrap()
    };
    assert_eq!(sign_in("0", &account(None)).await, None, "nobody is known by an account without an address");
    let ada = sign_in("1", &account(Some("ada@example.com"))).await.unwrap();
    assert_eq!((ada.email.as_str(), ada.name.as_str()), ("ada@example.com", "Ada"));
    assert_eq!(sign_in("2", &account(None)).await, Some(ada.clone()));
    assert_eq!(sign_in("3", &account(Some("lovelace@example.com"))).await, Some(ada.clone()));
    assert_eq!(store.person_by_email("lovelace@example.com").await.unwrap(), None);
    // Another account with the address of somebody known is theirs.
    let other = Vouched { subject: "countess".to_owned(), ..account(Some("ada@example.com")) };
    assert_eq!(sign_in("4", &other).await, Some(ada));
    // A link by mail for the same device does not stand beside it.
    let asked = SignIn { device_secret: "5", email: "bob@example.com", device: "", now: NOW };
    store.vouch_sign_in(asked, "by-mail").await.unwrap();
    assert!(store.vouched_oidc(&underway("5"), &other, ("by-account", NOW)).await.is_err());
}

async fn a_state_is_taken_once_and_in_time(store: Store) {
    for state in ["one", "two"] {
        store.begin_oidc(NewOidcSignIn { state, underway: &underway(state), now: NOW }).await.unwrap();
    }
    assert_eq!(store.take_oidc("other", NOW).await.unwrap(), None);
    assert_eq!(store.take_oidc("one", NOW).await.unwrap(), Some(underway("one")));
    assert_eq!(store.take_oidc("one", NOW).await.unwrap(), None);
    assert_eq!(store.take_oidc("two", NOW.plus(Duration::from_mins(15))).await.unwrap(), None);
}

use std::{env, process::Command};

use houselights_shared::EventId;

use super::*;

fn secret(token: &str) -> Secret {
    Secret {
        participant: "01990000-0000-7000-8000-000000000001".parse().unwrap(),
        token: token.into(),
        invite: "invite".into(),
    }
}

/// Keeps, replaces and forgets.
async fn round_trip(keys: &Keys, entry: &str) {
    assert!(keys.keeping().await == TokenKeeping::KeyStore);
    assert!(keys.load::<Secret>(entry).await.is_none());
    keys.keep(entry, secret("one")).await;
    keys.keep(entry, secret("two")).await;
    assert!(keys.keeping().await == TokenKeeping::KeyStore);
    assert!(keys.load(entry).await == Some(secret("two")));
    assert!(keys.load::<Secret>("another profile").await.is_none());
    keys.forget(entry).await;
    assert!(keys.load::<Secret>(entry).await.is_none());
}

#[tokio::test]
async fn a_token_is_kept_replaced_and_forgotten() {
    round_trip(&Keys::mock(), "default").await;
}

#[tokio::test]
async fn without_a_key_store_it_says_so_and_nothing_fails() {
    let absent = Keys::open(Box::new(|| Err(keyring_core::Error::NoDefaultStore)));
    for (keys, keeping) in [(absent, TokenKeeping::ThisRunOnly), (Keys::unwanted(), TokenKeeping::AsAsked)] {
        keys.keep("default", secret("one")).await;
        assert!(keys.load::<Secret>("default").await.is_none());
        keys.forget("default").await;
        assert!(keys.keeping().await == keeping);
    }
}

#[tokio::test]
async fn a_key_store_that_never_opens_counts_as_absent() {
    let (_hold, held) = mpsc::channel::<()>();
    let keys = Keys::open(Box::new(move || {
        let _ = held.recv();
        Err(keyring_core::Error::NoDefaultStore)
    }));
    assert!(keys.keeping().await == TokenKeeping::ThisRunOnly);
    // Waited for once: whoever asks later is told at once.
    let told = timeout(Duration::ZERO, keys.keeping()).await;
    assert!(told == Ok(TokenKeeping::ThisRunOnly));
}

#[tokio::test]
async fn a_key_store_that_does_not_take_the_token_is_said() {
    #[derive(Debug)]
    struct Full;
    impl keyring_core::api::CredentialStoreApi for Full {
        fn vendor(&self) -> String {
            String::new()
        }
        fn id(&self) -> String {
            String::new()
        }
        fn build(&self, _: &str, _: &str, _: Option<&std::collections::HashMap<&str, &str>>) -> keyring_core::Result<Entry> {
            Err(keyring_core::Error::NotSupportedByStore("full".into()))
        }
        fn as_any(&self) -> &dyn std::any::Any {
            self
        }
    }
    let keys = Keys::open(Box::new(|| Ok(Arc::new(Full))));
    let mut turns = keys.turns();
    keys.keep("default", secret("one")).await;
    assert!(turns.has_changed().unwrap(), "and whoever was told otherwise hears of it");
    turns.mark_unchanged();
    keys.keep("default", secret("two")).await;
    assert!(!turns.has_changed().unwrap());
    assert!(keys.keeping().await == TokenKeeping::ThisRunOnly);
}

/// Runs itself again inside a session bus of its own that has an unlocked key store.
#[cfg(target_os = "linux")]
#[test]
fn a_real_secret_service_keeps_the_token() {
    const INSIDE: &str = "HOUSELIGHTS_TEST_INSIDE_SESSION_BUS";
    const DONE: &str = "kept in a real secret service";
    if env::var_os(INSIDE).is_some() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(round_trip(&Keys::of_system().in_its_own_time(), "a test's profile"));
        println!("{DONE}");
        return;
    }
    let home = env::temp_dir().join(format!("houselights-keys-{}", EventId::random()));
    std::fs::create_dir_all(&home).unwrap();
    let script = "printf secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec \"$0\" \"$@\"";
    let child = Command::new("dbus-run-session")
        .args(["--", "sh", "-c", script])
        .arg(env::current_exe().unwrap())
        .args(["--exact", "--nocapture", "session::keys::tests::a_real_secret_service_keeps_the_token"])
        .env(INSIDE, "1")
        .env("HOME", &home)
        .env("XDG_RUNTIME_DIR", &home)
        .env("XDG_DATA_HOME", home.join("data"))
        .output()
        .expect("dbus-run-session is installed");
    let said = String::from_utf8_lossy(&child.stdout);
    let _ = std::fs::remove_dir_all(&home);
    assert!(child.status.success() && said.contains(DONE), "{said}\n{}", String::from_utf8_lossy(&child.stderr));
}

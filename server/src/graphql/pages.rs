//! Lists by pages: cursor connections (GraphQL Cursor Connections Specification), forward only.

use std::sync::Arc;

use async_graphql::{OutputType, SimpleObject, TypeName};

use super::{error::Denial, input};

/// The most rows of a page.
const MOST: i32 = 100;

/// What a page costs in the complexity of a request: what each of its rows costs, so many times, and the reading of it. A page that is refused for its
/// length costs what the longest does.
pub(super) fn cost(first: i32, each: usize) -> usize {
    usize::try_from(first.clamp(0, MOST)).unwrap_or(0).saturating_mul(each) + 1
}

/// Where a page begins and how long it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Page<K> {
    /// The last of the page before.
    pub(crate) after: Option<K>,
    pub(crate) most: i64,
}

impl<K: std::str::FromStr> Page<K> {
    /// Of what was asked for. A cursor is the id of the row that it points at.
    pub(crate) fn of(first: i32, after: Option<&str>) -> Result<Self, Denial> {
        if !(0..=MOST).contains(&first) {
            return Err(Denial::bad("first", format!("between 0 and {MOST}")));
        }
        let is_one = |cursor: &str| cursor.len() <= 100 && cursor.bytes().all(|byte| byte.is_ascii_graphic());
        let parsed = |cursor: &str| if is_one(cursor) { input::id(&cursor.into()) } else { Err(Denial::not_found()) };
        let after = after.map(parsed).transpose();
        Ok(Self { after: after.map_err(|_| Denial::bad("after", "a cursor is one that was given"))?, most: first.into() })
    }

    /// How many rows to read: one more than is shown tells whether there are others.
    pub(crate) fn to_read(&self) -> i64 {
        self.most + 1
    }

    /// Cuts what was read to the page. True where there is more.
    pub(crate) fn cut<T>(&self, rows: &mut Vec<T>) -> bool {
        let most = usize::try_from(self.most).unwrap_or(0);
        let more = rows.len() > most;
        rows.truncate(most);
        more
    }
}

/// Whether there is more, and where to go on.
#[derive(SimpleObject)]
pub(crate) struct PageInfo {
    /// Whether there are rows after this page.
    pub(crate) has_next_page: bool,
    /// What to give as `after` for the next page.
    pub(crate) end_cursor: Option<String>,
}

/// A row and where it is.
#[derive(SimpleObject)]
#[graphql(name_type)]
pub(crate) struct Edge<T: OutputType> {
    /// What to give as `after` for what comes behind it.
    cursor: String,
    node: T,
}

impl<T: OutputType> TypeName for Edge<T> {
    fn type_name() -> std::borrow::Cow<'static, str> {
        format!("{}Edge", T::type_name()).into()
    }
}

/// A page of a list.
#[derive(SimpleObject)]
#[graphql(name_type)]
pub(crate) struct Connection<T: OutputType> {
    edges: Vec<Edge<Arc<T>>>,
    /// The rows without their cursors.
    nodes: Vec<Arc<T>>,
    page_info: PageInfo,
    /// How many there are in all.
    total_count: i64,
}

impl<T: OutputType> TypeName for Connection<T> {
    fn type_name() -> std::borrow::Cow<'static, str> {
        format!("{}Connection", T::type_name()).into()
    }
}

impl<T: OutputType> Connection<T> {
    /// Rows with their cursors.
    pub(crate) fn of(rows: impl IntoIterator<Item = (String, T)>, has_next_page: bool, total_count: i64) -> Self {
        let edges: Vec<_> = rows.into_iter().map(|(cursor, node)| Edge { cursor, node: Arc::new(node) }).collect();
        let nodes = edges.iter().map(|edge| Arc::clone(&edge.node)).collect();
        let end_cursor = edges.last().map(|edge| edge.cursor.clone());
        Self { edges, nodes, page_info: PageInfo { has_next_page, end_cursor }, total_count }
    }
}

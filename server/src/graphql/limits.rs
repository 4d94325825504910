//! How much a request may ask for: measured on its document before anything else walks it, and once more when it is known to fit the schema.
//!
//! Fragments let a short document stand for an endless one, and whatever follows them walks all of it, so the size that counts is that with every
//! fragment in its place. It is found without walking it: each fragment is measured once.

use std::collections::{HashMap, HashSet};

use async_graphql::{
    Pos, Positioned, Request, Response, ServerError, ServerResult, Value as Constant,
    parser::types::{Directive, ExecutableDocument, Field, Selection, SelectionSet},
};
use async_graphql_value::Value;

use super::error::Code;

/// The longest document. What is long in a request belongs into its variables.
const DOCUMENT_BYTES: usize = 64 * 1024;
/// The most selections, directives and values of a document, with its fragments in their places.
const PARTS: usize = 4_000;
/// How deep selections may stand in one another, those of fragments counted.
const HEIGHT: usize = 32;
/// How deep fields may stand in one another.
const DEPTH: usize = 12;
/// Fields that are asked for under another name, or more than once where they have fields of their own: each is read anew.
const ALIASES: usize = 30;
/// Directives on one selection.
const DIRECTIVES: usize = 4;
/// The most that a request may cost; a list costs its page for each of its fields.
pub(super) const COMPLEXITY: usize = 20_000;
/// What the library says of a request that costs more: it has no code of its own, and stands in no place.
const TOO_COMPLEX: &str = "Query is too complex.";
/// Faults of a document that are told; there can be one for each of its parts.
const FAULTS: usize = 10;
/// The longest message about a document: it names what it is about, and a name can be as long as the document.
const MESSAGE_CHARS: usize = 300;
/// What stands before the reason in what the parser says, behind the line that cannot be read.
const REASON: &str = "\n  = ";

/// Refuses a request whose document may not be walked. It is parsed here, once.
pub(super) fn admit(request: &mut Request) -> ServerResult<()> {
    if request.query.len() > DOCUMENT_BYTES {
        return Err(Excess::Bytes.into());
    }
    check(request.parsed_query().map_err(without_the_line)?)?;
    Ok(())
}

/// The parser repeats the line that it cannot read, which may be all of the document. Where it is stands beside the message.
fn without_the_line(mut error: ServerError) -> ServerError {
    if let Some((_, reason)) = error.message.rsplit_once(REASON) {
        error.message = format!("the document cannot be read: {reason}");
    }
    error
}

/// A message of bounded length.
fn bounded(message: &mut String) {
    if let Some((end, _)) = message.char_indices().nth(MESSAGE_CHARS) {
        message.truncate(end);
        message.push('…');
    }
}

/// An answer whose every error has a code, and which does not tell every fault of a document. What has no code by now is what the library says: of a
/// document, arguments and variables that do not fit.
pub(super) fn told(mut answer: Response) -> Response {
    if answer.errors.iter().all(|error| error.path.is_empty()) {
        answer.errors.truncate(FAULTS);
    }
    for error in &mut answer.errors {
        if error.message == TOO_COMPLEX && error.locations.is_empty() {
            *error = Excess::Cost.into();
        }
        if error.extensions.as_ref().is_none_or(|extensions| extensions.get("code").is_none()) {
            bounded(&mut error.message);
            *error = coded(std::mem::replace(error, ServerError::new("", None)), Code::BadInput);
        }
    }
    answer
}

/// An error with this code, where it has none.
pub(super) fn coded(mut error: ServerError, code: Code) -> ServerError {
    let extensions = error.extensions.get_or_insert_default();
    if extensions.get("code").is_none() {
        extensions.set("code", Constant::from(code.as_str()));
    }
    error
}

/// What a document has too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Excess {
    Bytes,
    Parts,
    Height,
    Depth(Pos),
    Aliases,
    Directives(Pos),
    Cost,
    /// Fragments that stand in one another have no size.
    Circle,
}

impl From<Excess> for ServerError {
    fn from(excess: Excess) -> Self {
        let (message, at) = match excess {
            Excess::Bytes => (format!("a document has at most {DOCUMENT_BYTES} bytes"), None),
            Excess::Parts => {
                (format!("at most {PARTS} selections, directives and values, with fragments in their places"), None)
            }
            Excess::Height => (format!("selections stand in one another at most {HEIGHT} deep"), None),
            Excess::Depth(at) => (format!("fields stand in one another at most {DEPTH} deep"), Some(at)),
            Excess::Aliases => (format!("at most {ALIASES} fields under another name or for a second time"), None),
            Excess::Directives(at) => (format!("at most {DIRECTIVES} directives in one place"), Some(at)),
            Excess::Cost => (format!("the request costs more than {COMPLEXITY}: ask for shorter pages"), None),
            Excess::Circle => ("a fragment stands in itself".to_owned(), None),
        };
        let code = if excess == Excess::Circle { Code::BadInput } else { Code::TooComplex };
        coded(Self::new(message, at), code)
    }
}

/// Whether a document may be walked.
fn check(document: &ExecutableDocument) -> Result<(), Excess> {
    let mut measure = Measure { document, known: HashMap::new() };
    let mut parts = 0_usize;
    for (_, operation) in document.operations.iter() {
        let size = measure.size(&operation.node.selection_set.node, 1)?;
        parts = parts.saturating_add(size.parts).saturating_add(directives(&operation.node.directives)?);
        for variable in &operation.node.variable_definitions {
            parts = parts.saturating_add(1).saturating_add(directives(&variable.node.directives)?);
        }
    }
    // Also those that nothing uses are walked.
    for name in document.fragments.keys() {
        measure.fragment(name, 1)?;
    }
    if parts > PARTS || measure.known.values().flatten().any(|size| size.parts > PARTS) {
        return Err(Excess::Parts);
    }
    let mut walk = Walk { document, aliases: 0 };
    document.operations.iter().try_for_each(|(_, operation)| walk.fields(&operation.node.selection_set.node, 1))
}

/// Of a selection set with its fragments in their places.
#[derive(Clone, Copy, Debug, Default)]
struct Size {
    parts: usize,
    height: usize,
}

struct Measure<'a> {
    document: &'a ExecutableDocument,
    /// Of fragments; nothing while one is being measured.
    known: HashMap<&'a str, Option<Size>>,
}

impl<'a> Measure<'a> {
    fn size(&mut self, set: &'a SelectionSet, depth: usize) -> Result<Size, Excess> {
        let mut size = Size::default();
        if depth > HEIGHT && !set.items.is_empty() {
            return Err(Excess::Height);
        }
        for selection in &set.items {
            let inside = match &selection.node {
                Selection::Field(field) => {
                    let inside = self.size(&field.node.selection_set.node, depth + 1)?;
                    let given = field.node.arguments.iter().map(|(_, value)| values(&value.node)).sum();
                    Size { parts: inside.parts.saturating_add(given), ..inside }
                }
                Selection::InlineFragment(fragment) => self.size(&fragment.node.selection_set.node, depth + 1)?,
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node, depth + 1)?,
            };
            let own = 1 + directives(selection.node.directives())?;
            size.parts = size.parts.saturating_add(inside.parts).saturating_add(own);
            size.height = size.height.max(inside.height + 1);
        }
        if size.height > HEIGHT { Err(Excess::Height) } else { Ok(size) }
    }

    fn fragment(&mut self, name: &str, depth: usize) -> Result<Size, Excess> {
        // One that is not there is told by whatever checks the document against the schema.
        let Some((name, fragment)) = self.document.fragments.get_key_value(name) else { return Ok(Size::default()) };
        match self.known.get(name.as_str()) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => return Err(Excess::Circle),
            None => {}
        }
        self.known.insert(name, None);
        let own = directives(&fragment.node.directives)?;
        let inside = self.size(&fragment.node.selection_set.node, depth)?;
        let size = Size { parts: inside.parts.saturating_add(own), ..inside };
        self.known.insert(name, Some(size));
        Ok(size)
    }
}

/// How many directives and values there are in one place.
fn directives(all: &[Positioned<Directive>]) -> Result<usize, Excess> {
    if let Some(beyond) = all.get(DIRECTIVES) {
        return Err(Excess::Directives(beyond.pos));
    }
    let given = all.iter().flat_map(|directive| &directive.node.arguments).map(|(_, value)| values(&value.node)).sum::<usize>();
    Ok(all.len() + given)
}

/// How many values stand in one, itself among them. The parser bounds how deep they do.
fn values(value: &Value) -> usize {
    match value {
        Value::List(items) => 1 + items.iter().map(values).sum::<usize>(),
        Value::Object(fields) => 1 + fields.values().map(values).sum::<usize>(),
        Value::Variable(_)
        | Value::Null
        | Value::Number(_)
        | Value::String(_)
        | Value::Boolean(_)
        | Value::Binary(_)
        | Value::Enum(_) => 1,
    }
}

/// Goes over a document of bounded size as it will be answered.
struct Walk<'a> {
    document: &'a ExecutableDocument,
    aliases: usize,
}

impl<'a> Walk<'a> {
    fn fields(&mut self, set: &'a SelectionSet, depth: usize) -> Result<(), Excess> {
        let (mut flat, mut seen) = (Vec::new(), HashSet::new());
        self.flatten(set, &mut flat);
        for field in flat {
            if depth > DEPTH {
                return Err(Excess::Depth(field.pos));
            }
            let has_fields = !field.node.selection_set.node.items.is_empty();
            let is_again = has_fields && !seen.insert(field.node.response_key().node.as_str());
            self.aliases += usize::from(field.node.alias.is_some() || is_again);
            if self.aliases > ALIASES {
                return Err(Excess::Aliases);
            }
            self.fields(&field.node.selection_set.node, depth + 1)?;
        }
        Ok(())
    }

    fn flatten(&self, set: &'a SelectionSet, into: &mut Vec<&'a Positioned<Field>>) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => into.push(field),
                Selection::InlineFragment(fragment) => self.flatten(&fragment.node.selection_set.node, into),
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.document.fragments.get(&spread.node.fragment_name.node) {
                        self.flatten(&fragment.node.selection_set.node, into);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn excess(document: &str) -> Option<Excess> {
        check(&parse_query(document).unwrap()).err()
    }

    /// Fragments of which each stands `times` in the one before.
    fn bomb(deep: usize, times: usize) -> String {
        let next = |number: usize| format!("...f{} ", number + 1).repeat(times);
        let all: Vec<String> = (0..deep).map(|number| format!("fragment f{number} on Query{{{}}}", next(number))).collect();
        format!("{} fragment f{deep} on Query{{__typename}}", all.join(" "))
    }

    #[test]
    fn fragments_are_measured_without_being_walked() {
        let used = |deep, times| format!("{{...f0}} {}", bomb(deep, times));
        assert_eq!(excess(&used(25, 4)), Some(Excess::Parts));
        assert_eq!(excess(&format!("{{__typename}} {}", bomb(25, 4))), Some(Excess::Parts), "also where nothing uses them");
        assert_eq!(excess(&used(4, 4)), None);
        assert_eq!(excess(&used(500, 1)), Some(Excess::Height));
        assert_eq!(excess("{...a} fragment a on Query{...b} fragment b on Query{...a}"), Some(Excess::Circle));
        assert_eq!(excess("{__typename} fragment a on Query{me{...a}}"), Some(Excess::Circle));
        assert_eq!(excess("{...nowhere}"), None, "that is told by others");
    }

    #[test]
    fn what_is_read_twice_counts_as_an_alias_does() {
        let all = |what: &str, count: usize| format!("{{{}}}", what.repeat(count));
        assert_eq!(excess(&all("a: me{id} ", ALIASES)), None);
        assert_eq!(excess(&all("a: me{id} ", ALIASES + 1)), Some(Excess::Aliases));
        assert_eq!(excess(&all("me{id} ", ALIASES + 1)), None, "the first is not again");
        assert_eq!(excess(&all("me{id} ", ALIASES + 2)), Some(Excess::Aliases));
        let spread = format!("{} fragment f on Query{{me{{id}}}}", all("...f ", ALIASES + 2));
        assert_eq!(excess(&spread), Some(Excess::Aliases));
        assert_eq!(excess(&all("id ", 1_000)), None, "what has no fields is cheap");
    }

    #[test]
    fn values_and_directives_count() {
        let list = |count: usize| format!("{{f(x:[{}])}}", "1,".repeat(count));
        assert_eq!(excess(&list(PARTS - 2)), None);
        assert_eq!(excess(&list(PARTS - 1)), Some(Excess::Parts));
        assert_eq!(excess(&format!("{{id {}}}", "@a ".repeat(DIRECTIVES))), None);
        for place in ["{id D}", "{...D{id}}", "query D{id}", "query($a: Int D){id}", "{id} fragment f on Query D{id}"] {
            let document = place.replace('D', &"@a ".repeat(DIRECTIVES + 1));
            assert!(matches!(excess(&document), Some(Excess::Directives(_))), "{document}");
        }
    }

    #[test]
    fn fields_go_so_deep() {
        let nested = |deep: usize| format!("{}{}", "{a".repeat(deep), "}".repeat(deep));
        assert_eq!(excess(&nested(DEPTH)), None);
        assert!(matches!(excess(&nested(DEPTH + 1)), Some(Excess::Depth(_))));
    }
}

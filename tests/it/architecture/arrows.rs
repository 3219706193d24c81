//! Finds every path from one module of the crate to another.
//!
//! Works on tokens, not on syntax nodes, so that imports, re-exports, types, expressions, macro
//! bodies and the path strings of attributes all count alike. Knows no layers.
//! Invariant: every `crate::`, `self::` and `super::` of the source comes out as a path from the
//! crate's root, or as a detour.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// What one source file reaches for.
#[derive(Debug, Default)]
pub(super) struct Reach {
    /// Line, and path from the crate's root; an empty path takes the root itself.
    pub(super) arrows: Vec<(usize, Vec<String>)>,
    /// Line, and a way around paths that would hide an arrow.
    pub(super) detours: Vec<(usize, &'static str)>,
}

/// Scans the source of the module at `module` (from the crate's root).
pub(super) fn reach(module: &[String], source: &str) -> Result<Reach, String> {
    let tokens: TokenStream = source.parse().map_err(|e| format!("not Rust: {e}"))?;
    let mut scan = Scan { found: Reach::default(), quoted_at: None };
    scan.stream(module, tokens);
    Ok(scan.found)
}

struct Scan {
    found: Reach,
    /// Line of the string that is being read as a path.
    quoted_at: Option<usize>,
}

impl Scan {
    fn stream(&mut self, module: &[String], tokens: TokenStream) {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while let Some(tree) = trees.get(at) {
            let (before, after) = (&trees[..at], &trees[at + 1..]);
            at += 1;
            match tree {
                TokenTree::Group(group) if is_attribute(before, group) => {
                    self.attribute(module, group);
                }
                TokenTree::Group(group) => {
                    let inner = inline_module(before, group);
                    let module: Vec<String> = module.iter().cloned().chain(inner).collect();
                    self.stream(&module, group.stream());
                }
                TokenTree::Ident(word) => {
                    let line = self.line(tree);
                    if let Some(base) = start(module, &word.to_string()) {
                        if is_path(after) {
                            at += self.follow(base, line, after);
                        } else if is_word(after.first(), "as") {
                            self.found.arrows.push((line, base));
                        }
                    }
                    self.detour(line, &word.to_string(), after);
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }

    /// Follows the `::` at the head of `rest`; returns how many trees the path took.
    fn follow(&mut self, mut path: Vec<String>, line: usize, rest: &[TokenTree]) -> usize {
        let mut took = 0;
        while is_path(&rest[took..]) {
            match rest.get(took + 2) {
                Some(TokenTree::Ident(word)) => {
                    step(&mut path, &word.to_string());
                    took += 3;
                }
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                    self.branches(&path, group);
                    return took + 3;
                }
                _ => break,
            }
        }
        self.found.arrows.push((line, path));
        took
    }

    /// Each branch of a grouped import: `{a, b::c, self as d, *}`.
    fn branches(&mut self, path: &[String], group: &Group) {
        let trees: Vec<TokenTree> = group.stream().into_iter().collect();
        for branch in trees.split(|tree| is_punct(Some(tree), ',')) {
            let Some(first) = branch.first() else { continue };
            let mut path = path.to_vec();
            if let TokenTree::Ident(word) = first {
                step(&mut path, &word.to_string());
            }
            self.follow(path, self.line(first), &branch[1..]);
        }
    }

    /// An attribute's tokens, and its strings that are paths (`#[serde(with = "crate::…")]`).
    fn attribute(&mut self, module: &[String], group: &Group) {
        let trees: Vec<TokenTree> = group.stream().into_iter().collect();
        if is_word(trees.first(), "doc") {
            return;
        }
        if let Some(first) = trees.first() {
            for (name, reason) in [
                ("path", "`#[path]` gives a file another place"),
                ("macro_use", "`#[macro_use]` lends macros without a path"),
                ("macro_export", "`#[macro_export]` lends macros from the crate's root"),
            ] {
                if is_word(Some(first), name) {
                    self.found.detours.push((self.line(first), reason));
                }
            }
        }
        self.strings(module, group.stream());
        self.stream(module, group.stream());
    }

    fn strings(&mut self, module: &[String], tokens: TokenStream) {
        for tree in tokens {
            match &tree {
                TokenTree::Group(group) => self.strings(module, group.stream()),
                TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    if let Ok(path) = text.trim_matches('"').parse::<TokenStream>() {
                        self.quoted_at = Some(self.line(&tree));
                        self.stream(module, path);
                        self.quoted_at = None;
                    }
                }
                TokenTree::Ident(_) | TokenTree::Punct(_) => {}
            }
        }
    }

    fn detour(&mut self, line: usize, word: &str, after: &[TokenTree]) {
        if word == "include" && is_punct(after.first(), '!') {
            self.found.detours.push((line, "`include!` brings another room's code"));
        }
        if word == "extern" && is_word(after.first(), "crate") {
            self.found.detours.push((line, "`extern crate` renames a crate, or this one"));
        }
    }

    fn line(&self, tree: &TokenTree) -> usize {
        self.quoted_at.unwrap_or_else(|| tree.span().start().line)
    }
}

/// Where a path that begins with this word begins, if the word begins one.
fn start(module: &[String], word: &str) -> Option<Vec<String>> {
    match word {
        "crate" => Some(Vec::new()),
        "self" => Some(module.to_vec()),
        "super" => Some(module[..module.len().saturating_sub(1)].to_vec()),
        _ => None,
    }
}

fn step(path: &mut Vec<String>, word: &str) {
    match word {
        "self" => {}
        "super" => drop(path.pop()),
        name => path.push(name.trim_start_matches("r#").to_owned()),
    }
}

fn inline_module(before: &[TokenTree], group: &Group) -> Option<String> {
    let [.., keyword, TokenTree::Ident(name)] = before else { return None };
    let is_body = group.delimiter() == Delimiter::Brace && is_word(Some(keyword), "mod");
    is_body.then(|| name.to_string())
}

fn is_attribute(before: &[TokenTree], group: &Group) -> bool {
    let opens = match before {
        [.., mark, bang] if is_punct(Some(bang), '!') => is_punct(Some(mark), '#'),
        _ => is_punct(before.last(), '#'),
    };
    opens && group.delimiter() == Delimiter::Bracket
}

fn is_path(trees: &[TokenTree]) -> bool {
    is_punct(trees.first(), ':') && is_punct(trees.get(1), ':')
}

fn is_punct(tree: Option<&TokenTree>, mark: char) -> bool {
    matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == mark)
}

fn is_word(tree: Option<&TokenTree>, word: &str) -> bool {
    matches!(tree, Some(TokenTree::Ident(ident)) if ident == word)
}

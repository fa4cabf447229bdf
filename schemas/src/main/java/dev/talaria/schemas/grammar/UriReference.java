package dev.talaria.schemas.grammar;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// URI references as RFC 3986 takes them apart and resolves them (sections 5.2 and 5.3).
///
/// `java.net.URI` follows the older RFC 2396, loses the slashes of `file:///` and resolves the
/// empty reference to the folder.
///
/// @param scheme null where there is none
/// @param authority null where there is none
/// @param query with its question mark; empty where there is none
/// @param fragment without its `#`; null where there is none
record UriReference(String scheme, String authority, String path, String query, String fragment) {

    private static final Pattern PARTS =
            Pattern.compile(
                    "(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(\\?[^#]*)?(?:#(.*))?",
                    Pattern.DOTALL);

    static UriReference of(String text) {
        Matcher parts = PARTS.matcher(text);
        if (!parts.matches()) {
            throw new IllegalStateException("every text is a URI reference: " + text);
        }
        String query = parts.group(4) == null ? "" : parts.group(4);
        return new UriReference(
                parts.group(1), parts.group(2), parts.group(3), query, parts.group(5));
    }

    /// What a reference means where `base` is the place it stands in.
    static UriReference resolve(String base, String reference) {
        UriReference to = of(reference);
        UriReference from = of(base);
        if (to.scheme != null) {
            return to.with(to.scheme, to.authority, withoutDots(to.path), to.query);
        }
        if (to.authority != null) {
            return to.with(from.scheme, to.authority, withoutDots(to.path), to.query);
        }
        if (to.path.isEmpty()) {
            String query = to.query.isEmpty() ? from.query : to.query;
            return to.with(from.scheme, from.authority, from.path, query);
        }
        String path = to.path.startsWith("/") ? to.path : from.merged(to.path);
        return to.with(from.scheme, from.authority, withoutDots(path), to.query);
    }

    private UriReference with(String newScheme, String newAuthority, String newPath, String query) {
        return new UriReference(newScheme, newAuthority, newPath, query, fragment);
    }

    private String merged(String relative) {
        if (authority != null && path.isEmpty()) {
            return "/" + relative;
        }
        return path.substring(0, path.lastIndexOf('/') + 1) + relative;
    }

    private static String withoutDots(String path) {
        if (!path.contains("/.") && !path.startsWith(".")) {
            return path;
        }
        Deque<String> kept = new ArrayDeque<>();
        boolean absolute = path.startsWith("/");
        String[] segments = (absolute ? path.substring(1) : path).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            boolean dots = segments[i].equals(".") || segments[i].equals("..");
            if (segments[i].equals("..")) {
                kept.pollLast();
            }
            if (!dots) {
                kept.addLast(segments[i]);
            } else if (i == segments.length - 1) {
                kept.addLast("");
            }
        }
        return (absolute ? "/" : "") + String.join("/", kept);
    }

    /// The reference without its fragment.
    String resource() {
        return (scheme == null ? "" : scheme + ":")
                + (authority == null ? "" : "//" + authority)
                + path
                + query;
    }
}

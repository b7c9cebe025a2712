/// The entry point, and nothing else: types in this package escape the module rules, so none live here.
@NullMarked
package dev.ringback;

import org.jspecify.annotations.NullMarked;

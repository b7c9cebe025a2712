@NullMarked
package dev.ringback.browser;

import org.jspecify.annotations.NullMarked;

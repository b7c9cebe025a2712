@NullMarked
package dev.ringback.demo;

import org.jspecify.annotations.NullMarked;

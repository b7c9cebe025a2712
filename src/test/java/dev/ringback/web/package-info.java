@NullMarked
package dev.ringback.web;

import org.jspecify.annotations.NullMarked;

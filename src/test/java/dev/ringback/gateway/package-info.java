@NullMarked
package dev.ringback.gateway;

import org.jspecify.annotations.NullMarked;

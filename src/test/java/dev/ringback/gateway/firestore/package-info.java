@NullMarked
package dev.ringback.gateway.firestore;

import org.jspecify.annotations.NullMarked;
